namespace Dlgs.Streams.SystemTests;

/// <summary>
/// Every call right and every change exactly once, whatever happens to the broker. It is the test's own, of KAFKA_HOME: a container does not come back
/// under its address. A lone broker that is killed and restarted now and then ends a transaction without its markers, and the log hangs for ever;
/// with replicas another broker coordinates meanwhile. So a kill is a case for a cluster of three.
/// </summary>
public sealed class BrokerFaultTests
{
    /// <summary>
    /// A lone broker is its own controller. One that takes itself for dead after a hang moves its leaders and coordinators from itself to itself, and may
    /// then leave a transaction without its markers, which nobody's InitTransactions ends.
    /// </summary>
    private const string LongBrokerSession = "broker.session.timeout.ms=120000";

    [Fact]
    public async Task Broker_that_hangs_for_longer_than_a_transaction_may_last_goes_on_and_nothing_is_lost_or_repeated()
    {
        using var broker = await LocalBroker.RequireAsync(LongBrokerSession);
        var traffic = new RecordedTraffic(broker.BootstrapServers);
        using var service = traffic.Serve();
        await service.WaitForActiveAsync(RecordedTraffic.Partitions);
        using var replay = traffic.Replay();
        await traffic.WaitForChangesAsync(2_000);
        broker.Pause();
        // A transaction may take 10 s. What was open is ended by the broker when it wakes, under the feet of its owner.
        Assert.False(broker.Answers(TimeSpan.FromSeconds(12)));
        broker.Resume();
        // Known where it stood: before its end was asked for, nothing of it was committed.
        await service.WaitForAsync(
            () => service.Output.Contains("does not know whether its transaction was committed", StringComparison.Ordinal)
                || service.Output.Contains("nothing of it was committed", StringComparison.Ordinal),
            "a commit that outlasted its time");
        await traffic.CheckAsync(replay, service);
    }

    [Fact]
    public async Task Broker_that_hangs_for_longer_than_the_session_goes_on_and_nobody_takes_it_for_a_double()
    {
        using var broker = await LocalBroker.RequireAsync(LongBrokerSession);
        var traffic = new RecordedTraffic(broker.BootstrapServers);
        using var service = traffic.Serve(more: RecordedTraffic.ShortSession);
        await service.WaitForActiveAsync(RecordedTraffic.Partitions);
        using var replay = traffic.Replay();
        await traffic.WaitForChangesAsync(2_000);
        broker.Pause();
        // The broker gives the members up when it wakes, before it has heard them.
        Assert.False(broker.Answers(TimeSpan.FromSeconds(14)));
        broker.Resume();
        await traffic.CheckAsync(replay, service);
        Assert.DoesNotContain("another process runs as instance", service.Output, StringComparison.Ordinal);
    }
}
