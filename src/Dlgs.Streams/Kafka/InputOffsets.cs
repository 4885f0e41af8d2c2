using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Dlgs.Streams.Kafka;

/// <summary>
/// Asks where partitions end, as read_uncommitted and as read_committed see it. Of a partition whose leader does not say, or says what cannot
/// be, there is no answer.
/// </summary>
internal static class InputOffsets
{
    public static Dictionary<int, (long LastStable, long End)> Ask(IAdminClient admin, IReadOnlyCollection<TopicPartition> partitions)
    {
        // The last stable offset first: it never passes an end that was asked later.
        var stable = List(admin, partitions, IsolationLevel.ReadCommitted);
        return stable.Exists(HasOffset) ? Believe(stable, List(admin, partitions, IsolationLevel.ReadUncommitted)) : [];
    }

    public static Dictionary<int, (long LastStable, long End)> Believe(
        IEnumerable<TopicPartitionOffsetError> stable, IEnumerable<TopicPartitionOffsetError> ends)
    {
        var said = ends.Where(HasOffset).ToDictionary(each => each.Partition.Value, each => each.Offset.Value);
        return stable.Where(each => HasOffset(each) && said.TryGetValue(each.Partition.Value, out var end) && each.Offset.Value <= end)
            .ToDictionary(each => each.Partition.Value, each => (each.Offset.Value, said[each.Partition.Value]));
    }

    private static bool HasOffset(TopicPartitionOffsetError said) => LogEnds.Believe(said).Failure is null;

    private static List<TopicPartitionOffsetError> List(IAdminClient admin, IEnumerable<TopicPartition> partitions, IsolationLevel isolation)
    {
        var asked = partitions.Select(partition => new TopicPartitionOffsetSpec { TopicPartition = partition, OffsetSpec = OffsetSpec.Latest() });
        try
        {
            var listed = admin.ListOffsetsAsync(asked, new ListOffsetsOptions { IsolationLevel = isolation, RequestTimeout = ClusterWatch.QuestionTimeout });
            return listed.Within(ClusterWatch.QuestionTimeout).ResultInfos.ConvertAll(each => each.TopicPartitionOffsetError);
        }
        catch (ListOffsetsException e)
        {
            return e.Result.ResultInfos.ConvertAll(each => each.TopicPartitionOffsetError);
        }
        catch (KafkaException)
        {
            return [];
        }
    }
}
