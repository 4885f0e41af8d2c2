namespace Dlgs.Streams.SystemTests;

/// <summary>SIGTERM, as an orchestrator sends it, when the brokers are not there to hand anything over to.</summary>
public sealed class StopTests
{
    [Fact]
    public async Task Service_whose_broker_hangs_ends_by_itself_and_names_what_it_could_not_hand_over()
    {
        using var broker = await LocalBroker.RequireAsync();
        var traffic = new RecordedTraffic(broker.BootstrapServers);
        using var service = traffic.Serve();
        await service.WaitForActiveAsync(RecordedTraffic.Partitions);
        using var replay = traffic.Replay();
        await traffic.WaitForChangesAsync(500);
        broker.Pause();
        Assert.Equal(1, await service.TerminateAsync());
        Assert.Contains("was not handed over", service.Output, StringComparison.Ordinal);
        broker.Resume();
        using var next = traffic.Serve();
        await traffic.CheckAsync(replay, next);
    }
}
