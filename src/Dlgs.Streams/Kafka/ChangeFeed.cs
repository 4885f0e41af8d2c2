using Confluent.Kafka;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Partitions;
using Dlgs.Streams.Records;

namespace Dlgs.Streams.Kafka;

/// <summary>One reader's changes, by a consumer that fetches little ahead: who reads slowly keeps records at the brokers, not here.</summary>
internal sealed partial class ChangeFeed : IChangeFeed
{
    private readonly IConsumer<Ignore, byte[]?> consumer;
    private readonly Dictionary<int, ChangeSearch> searches;
    private readonly PartitionPosition[] positions;
    private readonly GroupState group;
    private readonly LaneContext context;
    private readonly ILogger logger;

    public ChangeFeed(
        IConsumer<Ignore, byte[]?> consumer, IEnumerable<ChangeSearch> searches, GroupState group, LaneContext context, ILogger<ChangeFeed> logger)
    {
        (this.consumer, this.group, this.context, this.logger) = (consumer, group, context, logger);
        this.searches = searches.ToDictionary(search => search.Position.Partition);
        positions = [.. this.searches.Values.Select(search => search.PositionAtStart).OrderBy(position => position.Partition)];
        foreach (var search in this.searches.Values.Where(search => search.IsAllDeleted)) RequireNothingDeleted(search.Position);
        consumer.Assign(this.searches.Select(search => new TopicPartitionOffset(Output(search.Key), search.Value.Start)));
    }

    public IReadOnlyList<PartitionPosition> Positions => positions;

    public DialogChange? Next(TimeSpan timeout)
    {
        try
        {
            return Find(timeout);
        }
        catch (ConsumeException e) when (e.Error.Code is ErrorCode.OffsetOutOfRange or ErrorCode.Local_AutoOffsetReset)
        {
            throw Deleted(e.ConsumerRecord.Partition.Value);
        }
        catch (KafkaException e)
        {
            throw new ChangesException(ChangeFault.Unavailable,
                $"{context.Topics.DialogChanges} cannot be read: {e.Error.Reason}. Go on from the last position.");
        }
    }

    public void Dispose() => consumer.Dispose();

    private TopicPartition Output(int partition) => new(context.Topics.DialogChanges, partition);

    private DialogChange? Find(TimeSpan timeout)
    {
        var start = context.Time.GetTimestamp();
        // What is skipped takes time too, and who reads wants to hear that we live.
        for (var left = timeout; left >= TimeSpan.Zero; left = timeout - context.Time.GetElapsedTime(start))
        {
            if (consumer.Consume(left) is not { } record) return null;
            if (Read(record) is not { } change || !IsNext(change, record.Offset.Value + 1)) continue;
            var (partition, offset) = (change.Cause.Partition, change.Cause.Offset);
            positions[partition] = new PartitionPosition(partition, offset, change.LogTimeOf()) { ChangeOffset = record.Offset.Value + 1 };
            return change;
        }
        return null;
    }

    /// <summary>Somebody else's record would stop everybody for as long as it is kept: it is passed over.</summary>
    private DialogChange? Read(ConsumeResult<Ignore, byte[]?> record)
    {
        if (ChangeRecords.Read(record, out var failure) is { } change) return change;
        context.Metrics.UnreadableChanges.Add();
        LogUnreadable(logger, record.Topic, record.Partition.Value, record.Offset.Value, failure);
        return null;
    }

    private bool IsNext(DialogChange change, long nextOffset)
    {
        var search = searches[change.Cause.Partition];
        return search.Look(change) switch
        {
            SearchStep.Take => true,
            SearchStep.Skip => Skip(change.Cause.Partition, nextOffset),
            SearchStep.GoBack => GoBack(search),
            SearchStep.AtDeleted => AcceptBegin(search),
        };
    }

    private bool Skip(int partition, long nextOffset)
    {
        positions[partition] = positions[partition] with { ChangeOffset = nextOffset };
        return false;
    }

    private bool GoBack(ChangeSearch search)
    {
        consumer.Seek(new TopicPartitionOffset(Output(search.Position.Partition), search.Start));
        return false;
    }

    private bool AcceptBegin(ChangeSearch search)
    {
        RequireNothingDeleted(search.Position);
        search.AcceptBegin();
        return true;
    }

    /// <summary>As long as the group has not gone beyond it, nothing after a position was committed, and so nothing of it deleted.</summary>
    private void RequireNothingDeleted(PartitionPosition position)
    {
        var committed = group.CommittedOffsets([position.Partition])[position.Partition];
        if (committed.Failure is { } failure) throw new ChangesException(ChangeFault.Unavailable, $"{failure}. Ask again.");
        // The position of a change is its record's, which the group is one beyond.
        if (committed.Value is null || committed.Value > position.NextOffset + 1) throw Deleted(position.Partition);
    }

    private static ChangesException Deleted(int partition) => new(ChangeFault.Deleted,
        $"Changes of partition {partition} after the position were deleted, or may have been. Begin with a List, and go on from its position.");

    [LoggerMessage(73, LogLevel.Warning, "{Topic} [{Partition}] offset {Offset} is no change of a dialog, and was passed over: {Reason}")]
    private static partial void LogUnreadable(ILogger logger, string topic, int partition, long offset, string reason);
}
