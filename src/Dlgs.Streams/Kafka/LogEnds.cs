using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Dlgs.Streams.Kafka;

/// <summary>Where a partition's log begins, and the offset after its last record.</summary>
internal readonly record struct LogEnds(long Begin, long End)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Asks for many at once, because each request waits behind the client's open fetch. With read_uncommitted: the log's end, not the last
    /// stable offset, which the client's own watermarks would be (KAFKA-10167).
    /// </summary>
    public static Dictionary<TopicPartition, LogEnds> Ask(IClient client, IReadOnlyCollection<TopicPartition> partitions)
    {
        using var admin = new DependentAdminClientBuilder(client.Handle).Build();
        var (begins, ends) = (List(admin, partitions, OffsetSpec.Earliest()), List(admin, partitions, OffsetSpec.Latest()));
        return partitions.ToDictionary(partition => partition, partition => new LogEnds(begins[partition], ends[partition]));
    }

    private static Dictionary<TopicPartition, long> List(IAdminClient admin, IEnumerable<TopicPartition> partitions, OffsetSpec spec)
    {
        var asked = partitions.Select(partition => new TopicPartitionOffsetSpec { TopicPartition = partition, OffsetSpec = spec });
        var listed = admin.ListOffsetsAsync(asked, new ListOffsetsOptions { IsolationLevel = IsolationLevel.ReadUncommitted, RequestTimeout = Timeout });
        return listed.GetAwaiter().GetResult().ResultInfos.ToDictionary(info => info.TopicPartitionOffsetError.TopicPartition, info => info.TopicPartitionOffsetError.Offset.Value);
    }
}
