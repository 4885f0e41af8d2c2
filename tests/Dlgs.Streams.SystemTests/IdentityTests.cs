namespace Dlgs.Streams.SystemTests;

/// <summary>Who a process is: by its topic prefix a member of a service, by its name an instance of it.</summary>
public sealed class IdentityTests(KafkaCluster kafka)
{
    [Fact]
    public async Task Two_services_on_one_host_with_prefixes_of_their_own_do_not_know_of_each_other()
    {
        var (a, b) = (new RecordedTraffic(kafka.Require()), new RecordedTraffic(kafka.Require()));
        using var first = a.Serve();
        await first.WaitForActiveAsync(RecordedTraffic.Partitions);
        using var firstReplay = a.Replay();
        using var second = b.Serve();
        await second.WaitForActiveAsync(RecordedTraffic.Partitions);
        using var secondReplay = b.Replay();
        await a.CheckAsync(firstReplay, first);
        await b.CheckAsync(secondReplay, second);
        Assert.DoesNotContain("lost partitions", first.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("lost partitions", second.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_group_on_the_same_prefix_is_refused_with_the_name_of_the_one_that_has_it()
    {
        var traffic = new RecordedTraffic(kafka.Require());
        using var first = traffic.Serve();
        await first.WaitForActiveAsync(RecordedTraffic.Partitions);
        using var replay = traffic.Replay();
        using var stranger = traffic.Serve("two", ["--group", "stranger"]);
        Assert.Equal(1, await stranger.WaitForExitAsync());
        var said = Assert.Single(stranger.Output.Split('\n'), line => line.Contains("Refused to run", StringComparison.Ordinal));
        Assert.Contains("stranger", said, StringComparison.Ordinal);
        Assert.Contains(traffic.Topics.DialogStore, said, StringComparison.Ordinal);
        await traffic.CheckAsync(replay, first);
    }

    [Fact]
    public async Task Second_process_of_one_name_is_refused_and_the_first_goes_on()
    {
        var traffic = new RecordedTraffic(kafka.Require());
        using var first = traffic.Serve();
        await first.WaitForActiveAsync(RecordedTraffic.Partitions);
        using var replay = traffic.Replay();
        using var second = traffic.Serve();
        Assert.Equal(1, await second.WaitForExitAsync());
        Assert.Contains("another process runs as instance one", second.Output, StringComparison.Ordinal);
        await traffic.CheckAsync(replay, first);
        Assert.DoesNotContain("lost partitions", first.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Process_that_was_killed_or_stopped_comes_back_under_its_name()
    {
        var traffic = new RecordedTraffic(kafka.Require());
        using var killed = traffic.Serve();
        await killed.WaitForActiveAsync(RecordedTraffic.Partitions);
        killed.Kill();
        using var stopped = traffic.Serve();
        await stopped.WaitForActiveAsync(RecordedTraffic.Partitions);
        await stopped.StopAsync();
        using var service = traffic.Serve();
        await service.WaitForActiveAsync(RecordedTraffic.Partitions);
        using var replay = traffic.Replay();
        await traffic.CheckAsync(replay, service);
    }
}
