namespace Dlgs.Streams.SystemTests;

/// <summary>Every call right and every change exactly once, however often instances go and come back under load.</summary>
public sealed class InstanceFaultTests(KafkaCluster kafka)
{
    private static readonly string[] Names = ["one", "two"];

    [Fact]
    public async Task Ten_kills_of_two_instances_in_turn_lose_nothing_and_repeat_nothing()
    {
        var traffic = new RecordedTraffic(kafka.Require());
        using var instances = new Instances(traffic);
        await instances.StartAsync("one", "two");
        using var paced = traffic.ReplayPaced();
        var recovery = new Recovery(kafka.Require(), traffic.Topics.DialogStore, instances);
        for (var kill = 1; kill <= 10; kill++)
        {
            var name = Names[kill % 2];
            await recovery.MeasureAsync($"kill -9 of {name}", () => KillAsync(instances, name), () => Task.CompletedTask);
        }
        await paced.InterruptAsync();
        using var replay = traffic.Replay();
        await traffic.CheckAsync(replay, instances.Running);
    }

    [Fact]
    public async Task Two_instances_are_stopped_and_started_in_turn_and_nothing_is_lost_or_repeated()
    {
        var traffic = new RecordedTraffic(kafka.Require());
        using var instances = new Instances(traffic);
        await instances.StartAsync("one", "two");
        using var paced = traffic.ReplayPaced();
        var recovery = new Recovery(kafka.Require(), traffic.Topics.DialogStore, instances);
        for (var stop = 1; stop <= 6; stop++)
        {
            var name = Names[stop % 2];
            await recovery.MeasureAsync($"stop and start of {name}", () => RestartAsync(instances, name), () => Task.CompletedTask);
        }
        await paced.InterruptAsync();
        using var replay = traffic.Replay();
        await traffic.CheckAsync(replay, instances.Running);
    }

    private static Task KillAsync(Instances instances, string name)
    {
        instances.Kill(name);
        instances.Start(name);
        return Task.CompletedTask;
    }

    private static async Task RestartAsync(Instances instances, string name)
    {
        await instances.StopAsync(name);
        instances.Start(name);
    }
}
