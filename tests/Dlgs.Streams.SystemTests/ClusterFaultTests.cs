using System.Globalization;

namespace Dlgs.Streams.SystemTests;

/// <summary>Every call right and every change exactly once, and every partition active again, whatever happens to one of three brokers.</summary>
[Collection(nameof(ThreeBrokers))]
public sealed class ClusterFaultTests(LocalCluster cluster)
{
    /// <summary>More of them, by hand, find what is rare.</summary>
    private static int Rounds => int.Parse(Environment.GetEnvironmentVariable("DLGS_TEST_ROUNDS") ?? "2", CultureInfo.InvariantCulture);

    [Fact]
    public async Task Each_broker_is_killed_in_turn_and_then_restarted_and_the_service_goes_on_by_itself()
    {
        var servers = await cluster.RequireAsync();
        var traffic = new RecordedTraffic(servers);
        using var instances = new Instances(traffic);
        await instances.StartAsync("one", "two");
        using var paced = traffic.ReplayPaced();
        var recovery = new Recovery(servers, traffic.Topics.DialogStore, instances);
        for (var broker = 1; broker <= LocalCluster.Count; broker++)
        {
            await recovery.MeasureAsync($"kill -9 of broker {broker}", () => KillAsync(broker), () => cluster.WaitForLeadersBesidesAsync(broker));
            await recovery.MeasureAsync($"return of broker {broker}", () => cluster.StartAsync(broker), cluster.WaitInSyncAsync);
        }
        for (var broker = 1; broker <= LocalCluster.Count; broker++)
        {
            await recovery.MeasureAsync($"stop of broker {broker}", () => cluster.StopAsync(broker), () => cluster.WaitForLeadersBesidesAsync(broker));
            await recovery.MeasureAsync($"return of broker {broker}", () => cluster.StartAsync(broker), cluster.WaitInSyncAsync);
        }
        await paced.InterruptAsync();
        using var replay = traffic.Replay();
        await traffic.CheckAsync(replay, instances.Running);
    }

    /// <summary>
    /// The survivor restores what the dead instance had while a broker is gone that nobody has missed yet:
    /// each answer that makes no sense was given here.
    /// </summary>
    [Fact]
    public async Task Instance_dies_and_then_the_broker_that_leads_most_of_the_stores_and_the_other_instance_takes_over()
    {
        var servers = await cluster.RequireAsync();
        var traffic = new RecordedTraffic(servers);
        using var instances = new Instances(traffic, RecordedTraffic.ShortSession);
        await instances.StartAsync("one", "two");
        var recovery = new Recovery(servers, traffic.Topics.DialogStore, instances);
        for (var round = 1; round <= Rounds; round++)
        {
            using var paced = traffic.ReplayPaced($"{round}-");
            await recovery.WaitForCommitsAsync($"the beginning of round {round}");
            var (name, broker) = (round % 2 == 0 ? "one" : "two", cluster.LeaderOfMost(traffic.Topics.DialogStore));
            instances.Kill(name);
            var killed = TimeProvider.System.GetTimestamp();
            // Shortly before the group gives the dead one's partitions away.
            await Eventually.IsTrueAsync(() => TimeProvider.System.GetElapsedTime(killed) > TimeSpan.FromSeconds(5.6),
                TimeSpan.FromSeconds(10), () => "the moment");
            await recovery.MeasureAsync($"kill -9 of {name} and of broker {broker}", () => KillAsync(broker), () => cluster.WaitForLeadersBesidesAsync(broker));
            instances.Start(name);
            await recovery.MeasureAsync($"return of both", () => cluster.StartAsync(broker), cluster.WaitInSyncAsync);
            await paced.InterruptAsync();
        }
        using var replay = traffic.Replay();
        await traffic.CheckAsync(replay, instances.Running);
    }

    [Fact]
    public async Task Service_starts_while_a_broker_is_down()
    {
        var traffic = new RecordedTraffic(await cluster.RequireAsync());
        cluster.Kill(1);
        using var instances = new Instances(traffic);
        // It has to make its topics first; whether that takes all brokers is for them to say.
        instances.Start("one");
        await cluster.WaitForLeadersBesidesAsync(1);
        await cluster.StartAsync(1);
        await instances.Running[0].WaitForActiveAsync(RecordedTraffic.Partitions);
        await instances.StopAsync("one");
        await cluster.WaitInSyncAsync();

        var broker = cluster.LeaderOfMost(traffic.Topics.DialogStore);
        cluster.Kill(broker);
        var service = instances.Start("one");
        await service.WaitForActiveAsync(RecordedTraffic.Partitions);
        using var replay = traffic.Replay();
        await traffic.CheckAsync(replay, service);
    }

    private Task KillAsync(int broker)
    {
        cluster.Kill(broker);
        return Task.CompletedTask;
    }
}
