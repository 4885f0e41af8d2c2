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
        try
        {
            var listed = admin.ListOffsetsAsync(asked, new ListOffsetsOptions { IsolationLevel = IsolationLevel.ReadUncommitted, RequestTimeout = Timeout });
            var ends = listed.GetAwaiter().GetResult().ResultInfos.Select(info => info.TopicPartitionOffsetError);
            return ends.ToDictionary(end => end.TopicPartition, Believe);
        }
        catch (KafkaException e)
        {
            // The client goes on asking the leader that it remembers, under the epoch that it remembers, however often it is told: it has to learn anew.
            admin.GetMetadata(Timeout);
            var why = (e as ListOffsetsException)?.Result.ResultInfos.Select(info => info.TopicPartitionOffsetError).FirstOrDefault(each => each.Error.IsError);
            if (why is null) throw;
            throw new KafkaException(new Error(why.Error.Code, $"{why.Topic} [{why.Partition.Value}]: {why.Error.Reason}"), e);
        }
    }

    /// <summary>Of a leader that did not answer librdkafka may leave the offset as it began, without an error.</summary>
    private static long Believe(TopicPartitionOffsetError listed) => !listed.Offset.IsSpecial ? listed.Offset.Value
        : throw new KafkaException(new Error(ErrorCode.Local_TimedOut, $"{listed.Topic} [{listed.Partition.Value}]: its leader did not say where the log is"));
}
