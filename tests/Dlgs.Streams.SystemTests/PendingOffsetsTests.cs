using Confluent.Kafka;
using Dlgs.Streams.Client;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Kafka;
using Google.Protobuf;

namespace Dlgs.Streams.SystemTests;

/// <summary>
/// A former owner that stalls between sending its offsets and the end of its transaction: its records reach the changelog after the successor
/// came. Who does not wait for its offsets (KIP-447) restores without them, and does its work a second time.
/// </summary>
public sealed class PendingOffsetsTests(KafkaCluster kafka)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Successor_waits_for_a_former_owner_that_has_sent_its_offsets_and_goes_on_where_it_ended()
    {
        var (servers, prefix) = (kafka.Require(), $"w{Guid.NewGuid():N}.");
        var topics = new Topics(prefix);
        using (var first = DlgsProcess.Serve(servers, prefix, "one", 1, "--partitions", "1"))
        {
            await first.WaitForActiveAsync(1);
            first.Kill();
        }
        Publish(servers, topics, "before@test");

        var config = new ProducerConfig { BootstrapServers = servers, TransactionalId = prefix + "owner", TransactionTimeoutMs = 60_000 };
        using var owner = new ProducerBuilder<byte[], byte[]>(config).Build();
        owner.InitTransactions(Patience);
        owner.BeginTransaction();
        SendOffset(servers, prefix, topics, owner, 1);

        using var successor = DlgsProcess.Serve(servers, prefix, "one", 1, "--partitions", "1");
        await successor.WaitForAsync(() => successor.Output.Contains("waits to be restored", StringComparison.Ordinal), "the successor to wait");
        Assert.DoesNotContain("ready: 1", successor.Output, StringComparison.Ordinal);

        var record = new PartitionRecord
        {
            SchemaVersion = PartitionRestore.SchemaVersion,
            SemanticsVersion = PartitionRestore.SemanticsVersion,
            NextOffset = 1,
            PartitionCount = 1,
            Generation = 7,
        };
        owner.Produce(new TopicPartition(topics.DialogStore, 0), new Message<byte[], byte[]> { Key = [], Value = record.ToByteArray() });
        owner.CommitTransaction(Patience);
        await successor.WaitForActiveAsync(1);

        Publish(servers, topics, "after@test");
        var changes = await OutputTopics.ReadChangesAsync(servers, prefix, c => c.Count >= 1);
        Assert.Equal("after@test", Assert.Single(changes).CallId);
    }

    [Fact]
    public async Task Transaction_of_a_dead_owner_of_another_name_is_ended_once_the_group_has_given_it_up()
    {
        var (servers, prefix) = (kafka.Require(), $"w{Guid.NewGuid():N}.");
        var topics = new Topics(prefix);
        using (var first = DlgsProcess.Serve(servers, prefix, "one", 1, ["--partitions", "1", .. RecordedTraffic.ShortSession]))
        {
            await first.WaitForActiveAsync(1);
            await first.StopAsync();
        }
        Publish(servers, topics, "before@test");

        // By its own time-out, it would hold the successor up for ten minutes.
        var dead = prefix + "dead-0";
        var config = new ProducerConfig { BootstrapServers = servers, TransactionalId = dead, TransactionTimeoutMs = 600_000 };
        using var owner = new ProducerBuilder<byte[], byte[]>(config).Build();
        owner.InitTransactions(Patience);
        owner.BeginTransaction();
        var record = new PartitionRecord
        {
            SchemaVersion = PartitionRestore.SchemaVersion, SemanticsVersion = PartitionRestore.SemanticsVersion,
            NextOffset = 1, PartitionCount = 1, Generation = 7, Owner = dead, Member = dead, Process = "elsewhere:1",
        };
        owner.Produce(new TopicPartition(topics.DialogStore, 0), new Message<byte[], byte[]> { Key = [], Value = record.ToByteArray() });
        Assert.Equal(0, owner.Flush(Patience));
        SendOffset(servers, prefix, topics, owner, 1, "dead-0", 6_000);

        using var successor = DlgsProcess.Serve(servers, prefix, "two", 1, ["--partitions", "1", .. RecordedTraffic.ShortSession]);
        await successor.WaitForActiveAsync(1);
        Assert.Contains($"Ended the transaction that {dead} (elsewhere:1) had left open in {topics.DialogStore} [0]",
            successor.Output, StringComparison.Ordinal);
        Assert.Equal("before@test", Assert.Single(await OutputTopics.ReadChangesAsync(servers, prefix, c => c.Count >= 1, successor)).CallId);
    }

    /// <summary>As the member that the killed service was: a static one keeps its partition, and says no good-bye.</summary>
    private static void SendOffset(
        string servers, string prefix, Topics topics, IProducer<byte[], byte[]> owner, long next, string name = "one-0", int sessionMs = 30_000)
    {
        using var member = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig
        {
            BootstrapServers = servers, GroupId = prefix + "lanes", GroupInstanceId = prefix + name, EnableAutoCommit = false,
            SessionTimeoutMs = sessionMs, PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky,
        }).Build();
        member.Subscribe(topics.SipEvents);
        var start = TimeProvider.System.GetTimestamp();
        while (member.Assignment.Count == 0)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < Patience, "The former owner got no partition.");
            member.Consume(TimeSpan.FromMilliseconds(100));
        }
        owner.SendOffsetsToTransaction([new TopicPartitionOffset(topics.SipEvents, 0, next)], member.ConsumerGroupMetadata, Patience);
        member.Close();
    }

    private static void Publish(string servers, Topics topics, string callId)
    {
        using var publisher = new SipEventPublisher(new Dictionary<string, string> { ["bootstrap.servers"] = servers }, topics.SipEvents);
        publisher.Publish(new SipEvent { CallId = callId, FromTag = "a", Method = "INVITE", Cseq = 1, ViaBranches = { "u" } });
        Assert.True(publisher.Flush(Patience));
    }
}
