namespace Dlgs.Streams.SystemTests;

/// <summary>
/// An instance that goes for good: the other has its partitions at once. The session lasts longer than any test waits, so it is not its end that
/// moves them.
/// </summary>
public sealed class LeaveTests(KafkaCluster kafka)
{
    private static readonly string[] LongSession = ["--config", Path.Combine(AppContext.BaseDirectory, "long-session.json")];

    [Fact]
    public async Task Instance_that_leaves_hands_over_in_the_middle_of_the_traffic_and_nothing_is_lost_or_repeated()
    {
        var traffic = new RecordedTraffic(kafka.Require());
        using var first = traffic.Serve("one", LongSession);
        await first.WaitForActiveAsync(RecordedTraffic.Partitions);
        using var second = traffic.Serve("two", LongSession);
        await second.WaitForActiveAsync(RecordedTraffic.Partitions / 2);
        using var replay = traffic.Replay();
        await traffic.WaitForChangesAsync(500);
        using var leave = DlgsProcess.Leave(first.Address);
        Assert.True(await leave.WaitForExitAsync() == 0, leave.Output + first.Output);
        Assert.StartsWith("Handed over: partitions ", leave.Output, StringComparison.Ordinal);
        Assert.True(await first.WaitForExitAsync() == 0, first.Output);
        await second.WaitForActiveAsync(RecordedTraffic.Partitions);
        await traffic.CheckAsync(replay, second);
    }

    [Fact]
    public async Task Instance_that_is_to_leave_when_it_stops_does()
    {
        var traffic = new RecordedTraffic(kafka.Require());
        using var first = traffic.Serve("one", [.. LongSession, "--leave-on-stop"]);
        await first.WaitForActiveAsync(RecordedTraffic.Partitions);
        await first.StopAsync();
        using var second = traffic.Serve("two", LongSession);
        await second.WaitForActiveAsync(RecordedTraffic.Partitions);
    }
}
