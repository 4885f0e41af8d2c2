using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Dlgs.Streams.Operations;
using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Kafka;

/// <summary>What the brokers say of a partition that is taken over.</summary>
/// <param name="GroupOffset">What the group has committed of the input; null: nothing.</param>
/// <param name="Input">Where the input's log is.</param>
/// <param name="Store">Where the store's log is.</param>
internal sealed record PartitionFacts(long? GroupOffset, LogEnds Input, LogEnds Store);

/// <summary>Asks for them, of many partitions at once, and on no lane's thread: a leader that does not answer holds up its own partitions only.</summary>
internal sealed class PartitionInquiry(IOptions<DlgsOptions> options, KafkaClients clients, ClusterAdmin admin)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private readonly Topics topics = new(options.Value.TopicPrefix);

    /// <summary>
    /// A former owner may have sent its offsets and die before its transaction ends. So stable offsets are asked for first (KIP-447): once they
    /// are known, all that it ever committed is in the store below the end that is asked for then.
    /// </summary>
    public async Task<Dictionary<int, Answer<PartitionFacts>>> AskAsync(IReadOnlyCollection<int> partitions)
    {
        // The mock cluster keeps no offsets, and crashes when asked.
        var offsets = clients.IsEmbedded ? partitions.ToDictionary(p => p, _ => new Answer<long?>(null, null)) : await GroupOffsetsAsync(partitions);
        var ends = await LogEnds.AskAsync(admin.Client, [.. partitions.SelectMany(p => new[] { Input(p), Store(p) })]);
        return partitions.ToDictionary(p => p, p => Together(offsets[p], ends[Input(p)], ends[Store(p)]));
    }

    private TopicPartition Input(int partition) => new(topics.SipEvents, partition);

    private TopicPartition Store(int partition) => new(topics.DialogStore, partition);

    private static Answer<PartitionFacts> Together(Answer<long?> offset, Answer<LogEnds> input, Answer<LogEnds> store) =>
        (offset.Failure ?? input.Failure ?? store.Failure) is { } failure ? new Answer<PartitionFacts>(null!, failure)
            : new Answer<PartitionFacts>(new PartitionFacts(offset.Value, input.Value, store.Value), null);

    private async Task<Dictionary<int, Answer<long?>>> GroupOffsetsAsync(IReadOnlyCollection<int> partitions)
    {
        var group = options.Value.GroupName;
        var asked = new ConsumerGroupTopicPartitions(group, [.. partitions.Select(Input)]);
        var (found, reason) = (new Dictionary<int, Answer<long?>>(), "no answer");
        try
        {
            var results = await admin.Client.ListConsumerGroupOffsetsAsync([asked], new ListConsumerGroupOffsetsOptions { RequireStableOffsets = true, RequestTimeout = Timeout });
            foreach (var offset in results[0].Partitions) found[offset.Partition.Value] = OffsetOf(offset);
        }
        catch (ListConsumerGroupOffsetsException e) when (e.Results is [{ Partitions: { } each, Error: var error }])
        {
            foreach (var offset in each) found[offset.Partition.Value] = OffsetOf(offset);
            reason = error.Reason;
        }
        catch (KafkaException e)
        {
            reason = e.Error.Reason;
        }
        foreach (var partition in partitions) found.TryAdd(partition, new Answer<long?>(null, $"the offsets of group {group} are not known: {reason}"));
        return found;
    }

    private static Answer<long?> OffsetOf(TopicPartitionOffsetError offset) =>
        !offset.Error.IsError ? new Answer<long?>(offset.Offset.IsSpecial ? null : offset.Offset.Value, null)
        : new Answer<long?>(null, offset.Error.Code == ErrorCode.UnstableOffsetCommit ? PendingOffsets : $"{offset.Topic} [{offset.Partition.Value}]: {offset.Error.Reason}");

    /// <summary>The broker's own words ("there are unstable offsets that need to be cleared") tell nobody what happens.</summary>
    public const string PendingOffsets = "a former owner's transaction with its offsets is open";
}
