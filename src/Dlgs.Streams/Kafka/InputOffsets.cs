using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Dlgs.Streams.Kafka;

/// <summary>
/// Asks where partitions end, as read_uncommitted and as read_committed see it. Of a partition whose leader does not say, or says what cannot
/// be, there is no answer: librdkafka may leave an offset as it began, without an error.
/// </summary>
internal static class InputOffsets
{
    public static Dictionary<int, (long LastStable, long End)> Ask(IAdminClient admin, IReadOnlyCollection<TopicPartition> partitions)
    {
        // The last stable offset first: it never passes an end that was asked later.
        var stable = List(admin, partitions, IsolationLevel.ReadCommitted);
        if (stable.Count == 0) return [];
        var ends = List(admin, partitions, IsolationLevel.ReadUncommitted);
        return stable.Where(each => ends.TryGetValue(each.Key, out var end) && each.Value <= end).ToDictionary(each => each.Key, each => (each.Value, ends[each.Key]));
    }

    private static Dictionary<int, long> List(IAdminClient admin, IEnumerable<TopicPartition> partitions, IsolationLevel isolation)
    {
        var asked = partitions.Select(partition => new TopicPartitionOffsetSpec { TopicPartition = partition, OffsetSpec = OffsetSpec.Latest() });
        List<ListOffsetsResultInfo> listed;
        try
        {
            listed = admin.ListOffsetsAsync(asked, new ListOffsetsOptions { IsolationLevel = isolation, RequestTimeout = ClusterWatch.QuestionTimeout }).Within(ClusterWatch.QuestionTimeout).ResultInfos;
        }
        catch (ListOffsetsException e)
        {
            listed = e.Result.ResultInfos;
        }
        catch (KafkaException)
        {
            listed = [];
        }
        return listed.Select(each => each.TopicPartitionOffsetError).Where(each => !each.Error.IsError && !each.Offset.IsSpecial).ToDictionary(each => each.Partition.Value, each => each.Offset.Value);
    }
}
