using Confluent.Kafka;
using Dlgs.Streams.Client;
using Dlgs.Streams.Contracts.V1;
using Google.Protobuf;

namespace Dlgs.Streams.Tests.Kafka;

/// <summary>From the input topic to the output topic, in one process.</summary>
public sealed class EmbeddedClusterTests
{
    private static SipEvent Message(string method, uint status = 0, string toTag = "", uint cseq = 1) => Sip.Message("call@test", method, status, toTag, cseq);

    [Theory]
    [InlineData("protobuf")]
    [InlineData("json")]
    public async Task Call_goes_in_and_its_changes_come_out(string format)
    {
        await using var service = await EmbeddedCluster.StartAsync(("output_format", format));
        service.Publish(Message("INVITE"), Message("INVITE", 180, "b"), Message("INVITE", 200, "b"), Message("ACK", 0, "b"), Message("BYE", 0, "b", 2));
        var changes = await service.ChangesAsync(5);
        Assert.Equal([DialogState.Init, DialogState.Progress, DialogState.Answered, DialogState.Confirmed, DialogState.Terminated],
            changes.Select(c => c.State));
        Assert.Equal([1u, 2u, 3u, 4u, 5u], changes.Select(c => c.Sequence));
        Assert.All(changes, c => Assert.Equal(("call@test", "alice@example.org", "bob@example.org"), (c.CallId, c.Src, c.Dst)));
        Assert.Equal((EndReason.Bye, Party.Caller), (changes[4].EndReason, changes[4].EndedBy));
        Assert.Equal(5, changes.Select(c => c.EventId).Distinct().Count());
    }

    [Fact]
    public async Task Tick_lets_a_deadline_pass_when_nothing_else_comes()
    {
        await using var service = await EmbeddedCluster.StartAsync(("init_lifetime", "1"));
        service.Publish(Message("INVITE"));
        var changes = await service.ChangesAsync(2);
        Assert.Equal((DialogState.NotAnswered, EndReason.Expired, Lifetime.Init), (changes[1].State, changes[1].EndReason, changes[1].ExpiredLifetime));
        // The tick is the expiry's cause: a record of the log like any other.
        Assert.True(changes[1].Cause.Offset > changes[0].Cause.Offset);
    }

    [Fact]
    public async Task More_expiries_than_a_transaction_takes_are_split_and_each_comes_once()
    {
        await using var service = await EmbeddedCluster.StartAsync(("init_lifetime", "1"), ("expiries_per_transaction", "7"));
        const int Calls = 100;
        service.Publish([.. Enumerable.Range(0, Calls).Select(i => { var invite = Message("INVITE"); invite.CallId = $"call-{i}"; return invite; })]);
        var changes = await service.ChangesAsync(2 * Calls);
        Assert.Equal(Calls, changes.Count(c => c.EndReason == EndReason.Expired));
        Assert.All(changes.GroupBy(c => c.CallId), call => Assert.Equal([1u, 2u], call.Select(c => c.Sequence)));
    }

    [Fact]
    public async Task Finished_dialog_leaves_answers_when_nothing_else_comes()
    {
        await using var service = await EmbeddedCluster.StartAsync(("finish_lifetime", "1"));
        service.Publish(Message("INVITE"), Message("INVITE", 200, "b"), Message("ACK", 0, "b"), Message("BYE", 0, "b", 2));
        var ended = (await service.ChangesAsync(4))[^1].LogTime;
        var store = service.Registry.Views.Select(view => view.Store!).Single(store => store.CallCount > 0);
        await EmbeddedCluster.Eventually(() => store.Find("call@test"u8).Count == 0, "the dialog to leave");
        // By a deadline of its own: the next one, settling, comes 32 s later.
        Assert.InRange(store.LogTime.Micros / 1_000_000 - ended.Seconds, 1, 10);
    }

    [Fact]
    public async Task Brokers_say_where_the_input_ends()
    {
        await using var service = await EmbeddedCluster.StartAsync();
        service.Publish(Message("INVITE"), Message("ACK", 0, "b"));
        var partition = CallIdPartitioner.PartitionOf("call@test"u8, service.Registry.PartitionCount);
        Assert.Equal(2, await SaidAsync(1_000));
        service.Publish(Message("BYE", 0, "b", 2));
        Assert.Equal(2, await SaidAsync(2));
        Assert.Equal(3, await SaidAsync(3));

        // They may not say in time, on a busy machine.
        async Task<long?> SaidAsync(long atLeast)
        {
            long? said = null;
            while (said is null) said = await service.InputEnds.FindAsync(partition, atLeast).WaitAsync(TestContext.Current.CancellationToken);
            return said;
        }
    }

    [Fact]
    public async Task Positions_say_what_was_processed_and_what_was_committed()
    {
        await using var service = await EmbeddedCluster.StartAsync();
        service.Publish(Message("INVITE"));
        await service.ChangesAsync(1);
        await EmbeddedCluster.Eventually(() => service.Registry.Views.Sum(view => view.CommittedOffset) == 1, "the committed position");
        Assert.Equal(1, service.Registry.Views.Sum(view => view.ProcessedOffset));
        Assert.All(service.Registry.Views, view => Assert.Equal(1, view.Generation));
        Assert.False(service.Registry.OutOfTouch);
    }

    [Fact]
    public async Task Producer_with_a_clock_ahead_does_not_move_the_log_time_ahead()
    {
        await using var service = await EmbeddedCluster.StartAsync();
        service.Publish(Message("INVITE"));
        var invited = (await service.ChangesAsync(1))[0];
        var record = new Message<byte[], byte[]>
        {
            Value = Message("INVITE", 180, "b").ToByteArray(),
            Timestamp = new Timestamp(TimeProvider.System.GetUtcNow().AddYears(1)),
        };
        using (var producer = new ProducerBuilder<byte[], byte[]>(service.Client).Build())
        {
            producer.Produce(new TopicPartition(service.Topics.SipEvents, invited.Cause.Partition), record);
            producer.Flush(TimeSpan.FromSeconds(10));
        }
        // A year ahead the call would have expired before it rang.
        var changes = await service.ChangesAsync(2);
        Assert.Equal([DialogState.Init, DialogState.Progress], changes.Select(c => c.State));
        Assert.InRange(changes[1].LogTime.ToDateTimeOffset(), invited.LogTime.ToDateTimeOffset(), TimeProvider.System.GetUtcNow());
    }

    [Fact]
    public async Task Finished_dialog_leaves_answers_at_its_time_though_nothing_else_comes()
    {
        await using var service = await EmbeddedCluster.StartAsync(("finish_lifetime", "2"));
        service.Publish(Message("INVITE"), Message("INVITE", 200, "b"), Message("ACK", 0, "b"), Message("BYE", 0, "b", 2));
        var finished = (await service.ChangesAsync(4))[3];
        Assert.Equal(DialogState.Terminated, finished.State);
        var store = service.Registry.Find(finished.Cause.Partition)!.Store!;
        var left = finished.LogTime.ToDateTimeOffset().AddSeconds(2);
        await EmbeddedCluster.Eventually(() => store.Find("call@test"u8).Count == 0, "the dialog to leave");
        // Not because of the settled change, which is due 32 s later.
        Assert.InRange(DateTimeOffset.UnixEpoch.AddMicroseconds(store.LogTime.Micros), left, left.AddSeconds(31));
    }
}
