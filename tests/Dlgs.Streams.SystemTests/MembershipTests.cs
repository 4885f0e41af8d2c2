using Confluent.Kafka;

namespace Dlgs.Streams.SystemTests;

/// <summary>Whose the partitions are, when a process hangs or has a double: every change exactly once all the same.</summary>
public sealed class MembershipTests(KafkaCluster kafka)
{
    [Fact]
    public async Task Service_that_hangs_inside_its_transaction_finds_it_aborted_and_does_it_again()
    {
        var traffic = new RecordedTraffic(kafka.Require());
        using var service = traffic.Serve();
        await service.WaitForActiveAsync(RecordedTraffic.Partitions);
        using var replay = traffic.Replay();
        await traffic.WaitForChangesAsync(500);
        await Eventually.IsTrueAsync(() => HangsInsideTransaction(service, traffic),
            TimeSpan.FromSeconds(60), () => "a transaction to be open while the service hangs");
        // A transaction may last 5 s; its end is the broker's abort, as its owner hangs.
        await Eventually.IsTrueAsync(() => !traffic.HasOpenTransaction(), TimeSpan.FromSeconds(60), () => "the broker to abort the transaction");
        service.Resume();
        await traffic.CheckAsync(replay, service);
    }

    [Fact]
    public async Task Instance_that_hangs_for_longer_than_its_session_has_lost_its_partitions_and_writes_nothing_of_them()
    {
        var traffic = new RecordedTraffic(kafka.Require());
        using var first = traffic.Serve("one", RecordedTraffic.ShortSession);
        await first.WaitForActiveAsync(RecordedTraffic.Partitions);
        using var replay = traffic.Replay();
        await traffic.WaitForChangesAsync(500);
        first.Pause();
        using var second = traffic.Serve("two", RecordedTraffic.ShortSession);
        await second.WaitForActiveAsync(RecordedTraffic.Partitions);
        first.Resume();
        await first.WaitForAsync(() => first.Output.Contains(" lost partitions ", StringComparison.Ordinal),
            "the first instance to know that it lost its partitions");
        await traffic.CheckAsync(replay, first, second);
    }

    [Fact]
    public async Task Process_that_hung_while_another_took_its_name_gives_way()
    {
        var traffic = new RecordedTraffic(kafka.Require());
        using var first = traffic.Serve("one", RecordedTraffic.ShortSession);
        await first.WaitForActiveAsync(RecordedTraffic.Partitions);
        using var replay = traffic.Replay();
        await traffic.WaitForChangesAsync(500);
        // It says nothing for as long as the second one watches: that takes it for dead.
        first.Pause();
        using var second = traffic.Serve("one", RecordedTraffic.ShortSession);
        await second.WaitForActiveAsync(RecordedTraffic.Partitions);
        first.Resume();
        // Or it would be there again when the second one has ended, and write while the topics are looked at.
        Assert.Equal(1, await first.WaitForExitAsync());
        await traffic.CheckAsync(replay, second);
    }

    [Fact]
    public async Task Lane_that_gets_nothing_of_what_nobody_has_says_so_and_begins_anew()
    {
        var traffic = new RecordedTraffic(kafka.Require());
        using (var first = traffic.Serve("one", RecordedTraffic.ShortSession))
        {
            await first.WaitForActiveAsync(RecordedTraffic.Partitions);
            await first.StopAsync();
        }
        using (var idler = await JoinAsync(traffic))
        {
            // It is to give some up, and does not hear of it.
            using var service = traffic.Serve("one", RecordedTraffic.ShortSession);
            await service.WaitForAsync(
                () => service.Output.Contains($"was given no partition by group {traffic.Prefix}lanes (Stable, ", StringComparison.Ordinal), "the lack");
            idler.Close();
            await service.WaitForActiveAsync(RecordedTraffic.Partitions);
        }
    }

    /// <summary>A member that has all partitions, and sleeps.</summary>
    private async Task<IConsumer<Ignore, Ignore>> JoinAsync(RecordedTraffic traffic)
    {
        var member = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig
        {
            BootstrapServers = kafka.Require(), GroupId = $"{traffic.Prefix}lanes", SessionTimeoutMs = 6_000, HeartbeatIntervalMs = 300,
            PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky, EnableAutoCommit = false,
        }).Build();
        member.Subscribe(traffic.Topics.SipEvents);
        await Eventually.IsTrueAsync(() =>
        {
            member.Consume(TimeSpan.FromMilliseconds(100));
            return member.Assignment.Count == RecordedTraffic.Partitions;
        }, TimeSpan.FromSeconds(60), () => $"all partitions; it has {member.Assignment.Count}");
        return member;
    }

    private static bool HangsInsideTransaction(DlgsProcess service, RecordedTraffic traffic)
    {
        service.Pause();
        if (traffic.HasOpenTransaction()) return true;
        service.Resume();
        return false;
    }
}
