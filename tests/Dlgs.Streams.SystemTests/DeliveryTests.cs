namespace Dlgs.Streams.SystemTests;

/// <summary>In, through a real Kafka, and out: every call right, every change exactly once, whatever happens to the service.</summary>
public sealed class DeliveryTests(KafkaCluster kafka)
{
    [Fact]
    public async Task Every_recorded_call_comes_out_right()
    {
        var traffic = new RecordedTraffic(kafka.Require());
        using var service = traffic.Serve();
        await service.WaitForActiveAsync(RecordedTraffic.Partitions);
        using var replay = traffic.Replay();
        await traffic.CheckAsync(replay, service);
    }

    [Fact]
    public async Task Kills_in_the_middle_lose_nothing_and_repeat_nothing_and_what_is_restored_equals_what_was()
    {
        var traffic = new RecordedTraffic(kafka.Require());
        var service = traffic.Serve();
        try
        {
            await service.WaitForActiveAsync(RecordedTraffic.Partitions);
            using var replay = traffic.Replay();
            for (var kill = 1; kill <= 3; kill++)
            {
                await traffic.WaitForChangesAsync(kill * 2_000);
                service.Kill();
                service.Dispose();
                service = traffic.Serve();
            }
            await traffic.CheckAsync(replay, service);
        }
        finally
        {
            service.Dispose();
        }
    }

    [Fact]
    public async Task Second_instance_takes_its_share_under_traffic_and_restores_it()
    {
        var traffic = new RecordedTraffic(kafka.Require());
        using var first = traffic.Serve("one");
        await first.WaitForActiveAsync(RecordedTraffic.Partitions);
        using var replay = traffic.Replay();
        await traffic.WaitForChangesAsync(2_000);
        using var second = traffic.Serve("two");
        await second.WaitForActiveAsync(RecordedTraffic.Partitions / 4);
        await traffic.CheckAsync(replay, first, second);
    }
}
