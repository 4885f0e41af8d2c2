using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Dlgs.Streams.SystemTests.Cluster;

/// <summary>Where the logs of a topic end, asked of the brokers.</summary>
internal sealed class LogEnds(string servers, string topic) : IDisposable
{
    private readonly IAdminClient admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = servers }).Build();

    public IReadOnlyDictionary<int, long> Ask()
    {
        var asked = Enumerable.Range(0, RecordedTraffic.Partitions)
            .Select(partition => new TopicPartitionOffsetSpec { TopicPartition = new TopicPartition(topic, partition), OffsetSpec = OffsetSpec.Latest() });
        var listed = admin.ListOffsetsAsync(asked, new ListOffsetsOptions { IsolationLevel = IsolationLevel.ReadUncommitted }).GetAwaiter().GetResult();
        return listed.ResultInfos.Select(info => info.TopicPartitionOffsetError).ToDictionary(end => end.Partition.Value, end => end.Offset.Value);
    }

    public void Dispose() => admin.Dispose();
}
