using Confluent.Kafka;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Kafka;
using Google.Protobuf;

namespace Dlgs.Streams.SystemTests;

/// <summary>A store that another version wrote is refused before anything is written, with what was found and what to do.</summary>
public sealed class StoreVersionTests(KafkaCluster kafka)
{
    [Theory]
    [InlineData(1, "semantics version 1 (schema 1)")]
    [InlineData(3, "semantics version 3 (schema 1)")]
    public async Task Store_of_another_version_is_refused_with_what_to_do(uint version, string found)
    {
        var (servers, prefix) = (kafka.Require(), $"v{Guid.NewGuid():N}.");
        var topics = new Topics(prefix);
        using (var service = DlgsProcess.Serve(servers, prefix, "one", 1, "--partitions", "1"))
        {
            await service.WaitForActiveAsync(1);
            await service.StopAsync();
        }
        // Its records of calls come first, and this program cannot read them either: that says less.
        using (var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig { BootstrapServers = servers, TransactionalId = prefix + "old" }).Build())
        {
            producer.InitTransactions(TimeSpan.FromSeconds(10));
            producer.BeginTransaction();
            var record = new PartitionRecord { SchemaVersion = 1, SemanticsVersion = version, NextOffset = 0, PartitionCount = 1, Generation = 9 };
            producer.Produce(new TopicPartition(topics.DialogStore, 0), new Message<byte[], byte[]> { Key = "call@test"u8.ToArray(), Value = [8, 77, 18, 1] });
            producer.Produce(new TopicPartition(topics.DialogStore, 0), new Message<byte[], byte[]> { Key = [], Value = record.ToByteArray() });
            producer.CommitTransaction(TimeSpan.FromSeconds(10));
        }
        var written = OutputTopics.ReadToEnd(servers, topics.DialogStore).Count;

        using var refused = DlgsProcess.Serve(servers, prefix, "one", 2, "--partitions", "1");
        Assert.Equal(1, await refused.WaitForExitAsync());
        var said = Assert.Single(refused.Output.Split('\n'), line => line.Contains("Refused to run", StringComparison.Ordinal));
        Assert.Contains($"{topics.DialogStore} [0]", said, StringComparison.Ordinal);
        Assert.Contains(found, said, StringComparison.Ordinal);
        Assert.Contains("this program goes by version 2", said, StringComparison.Ordinal);
        Assert.Contains("another topic_prefix", said, StringComparison.Ordinal);
        Assert.Equal(written, OutputTopics.ReadToEnd(servers, topics.DialogStore).Count);
    }
}
