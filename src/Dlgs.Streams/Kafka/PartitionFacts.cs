using Confluent.Kafka;

namespace Dlgs.Streams.Kafka;

/// <summary>What the brokers say of a partition that is taken over.</summary>
/// <param name="GroupOffset">What the group has committed of the input; null: nothing.</param>
/// <param name="Input">Where the input's log is.</param>
/// <param name="Store">Where the store's log is.</param>
internal sealed record PartitionFacts(long? GroupOffset, LogEnds Input, LogEnds Store);

/// <summary>Asks for them, of many partitions at once, and on no lane's thread: a leader that does not answer holds up its own partitions only.</summary>
internal sealed class PartitionInquiry(Topics topics, GroupState group, ClusterAdmin admin)
{
    /// <summary>
    /// A former owner may have sent its offsets and die before its transaction ends. So stable offsets are asked for first (KIP-447): once they
    /// are known, all that it ever committed is in the store below the end that is asked for then.
    /// </summary>
    public async Task<Dictionary<int, Answer<PartitionFacts>>> AskAsync(IReadOnlyCollection<int> partitions)
    {
        var offsets = await Task.Run(() => group.CommittedOffsets(partitions));
        var ends = await LogEnds.AskAsync(admin.Client, [.. partitions.SelectMany(p => new[] { Input(p), Store(p) })]);
        return partitions.ToDictionary(p => p, p => Together(offsets[p], ends[Input(p)], ends[Store(p)]));
    }

    private TopicPartition Input(int partition) => new(topics.SipEvents, partition);

    private TopicPartition Store(int partition) => new(topics.DialogStore, partition);

    private static Answer<PartitionFacts> Together(Answer<long?> offset, Answer<LogEnds> input, Answer<LogEnds> store) =>
        (offset.Failure ?? input.Failure ?? store.Failure) is { } failure ? new Answer<PartitionFacts>(null!, failure)
            : new Answer<PartitionFacts>(new PartitionFacts(offset.Value, input.Value, store.Value), null);
}
