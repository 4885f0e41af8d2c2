using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Partitions;
using Dlgs.Streams.Tests.Grpc;
using Google.Protobuf;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Dlgs.Streams.Tests.Http;

/// <summary>Changes as server-sent events.</summary>
public sealed class EventStreamTests
{
    [Fact]
    public async Task Changes_come_as_events_and_whoever_comes_again_gets_all_after_the_last_id_that_it_had()
    {
        await using var host = await QueryHost.StartAsync();
        using var http = new HttpCaller(host);
        string id;
        using (var first = await http.OpenAsync("/v1/watch?field=src&op=eq&value=alice"))
        {
            var start = await NextAsync(first);
            Assert.Equal(("alive", "{}"), (start.Kind, start.Data));
            host.Changes.Commit(Change(1, "alice"), Change(2, "bob"), Change(3, "alice"));
            Assert.Equal(["alice/1", "alice/3"], await TakeAsync(first, 2));
            id = start.Id!;
        }
        host.Changes.Commit(Change(4, "alice"));
        using var again = await http.OpenAsync("/v1/watch", lastEventId: id);
        Assert.Equal(["alice/1", "bob/2", "alice/3", "alice/4"], await TakeAsync(again, 4));
        using var byPosition = await http.OpenAsync($"/v1/watch?settled=false&position={Uri.EscapeDataString(id)}");
        Assert.Equal(["alice/1", "bob/2"], await TakeAsync(byPosition, 2));
    }

    [Fact]
    public async Task Stream_that_has_to_end_says_why_and_one_that_cannot_begin_is_refused()
    {
        await using var host = await QueryHost.StartAsync();
        using var http = new HttpCaller(host);
        using var stream = await http.OpenAsync("/v1/watch");
        await NextAsync(stream);
        host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        var end = await NextAsync(stream);
        Assert.Equal("problem", end.Kind);
        Assert.Contains("being stopped", end.Data, StringComparison.Ordinal);
        Assert.Null(await stream.ReadLineAsync(TestContext.Current.CancellationToken));
        host.Changes.Fault = new ChangesException(ChangeFault.Deleted, "They are gone.");
        Assert.Equal(410, (await http.GetAsync("/v1/watch")).Status);
    }

    private static DialogChange Change(long offset, string src) => new()
    {
        CallId = "call",
        Src = src,
        State = DialogState.Init,
        Sequence = (uint)offset,
        Cause = new Cause { Offset = offset },
    };

    private static async Task<List<string>> TakeAsync(StreamReader stream, int count)
    {
        var taken = new List<string>();
        while (taken.Count < count)
            if (await NextAsync(stream) is { Kind: "change", Data: var data } && JsonParser.Default.Parse<DialogChange>(data) is var change)
                taken.Add($"{change.Src}/{change.Sequence}");
        return taken;
    }

    private static async Task<(string? Id, string? Kind, string? Data)> NextAsync(StreamReader stream)
    {
        var fields = new Dictionary<string, string>();
        while (await stream.ReadLineAsync(TestContext.Current.CancellationToken) is { Length: > 0 } line)
            fields[line[..line.IndexOf(':', StringComparison.Ordinal)]] = line[(line.IndexOf(':', StringComparison.Ordinal) + 2)..];
        return (fields.GetValueOrDefault("id"), fields.GetValueOrDefault("event"), fields.GetValueOrDefault("data"));
    }
}
