using Dlgs.Streams.Contracts.V1;

namespace Dlgs.Streams.Tests.Grpc;

/// <summary>Connections that are there to harm: the server hangs up on them, and answers the others.</summary>
public sealed class HostileConnectionTests
{
    [Fact]
    public async Task Flood_of_requests_that_are_taken_back_ends_its_connection()
    {
        await using var host = await QueryHost.StartAsync();
        using var flood = new RawHttp2(host.Address);
        var sent = 0;
        while (sent < 1_000_000 && flood.AskAndReset("Count")) sent++;
        Assert.InRange(sent, 100, 999_999);
        while (await flood.ReadAsync() is not null) { }
        await host.CountAsync(new CountRequest());
    }

    [Fact]
    public async Task Stream_whose_pages_nobody_takes_is_cut_off()
    {
        await using var host = await QueryHost.StartAsync(settings: ("watch_stall", "1"));
        for (var i = 0; i < 1_000; i++) host.Call($"call-{i}", data: new string('d', 500));
        using var reader = new RawHttp2(host.Address);
        // It opens no window for more than what every stream begins with, 64 KiB.
        var stream = reader.Ask("StreamList", new ListRequest { PageSize = 100 });
        var taken = 0;
        while (await reader.ReadAsync() is { } frame && !(frame.Type == FrameType.ResetStream && frame.Stream == stream))
            if (frame.Type == FrameType.Data) taken += frame.Payload.Length;
        Assert.InRange(taken, 1, 65_535);
    }
}
