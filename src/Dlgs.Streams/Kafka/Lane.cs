using Confluent.Kafka;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Core.Stores;
using Dlgs.Streams.Folding;
using Dlgs.Streams.Partitions;
using Dlgs.Streams.Records;

namespace Dlgs.Streams.Kafka;

/// <summary>
/// One thread that owns one consumer, one transactional producer, one consumer for restoring, and the stores of the partitions assigned to
/// it. No record crosses a thread. The loop: go on with restores, tick, consume for a commit interval, commit.
/// Parts: this file the events; Lane.Time the log's time and the sweeper's ticks; Lane.Poison what cannot be used;
/// Lane.Commit the transaction; Lane.Output its producer; Lane.Assignment partitions coming and going; Lane.Closing
/// those that stand still; Lane.Joining whether it gets any; Lane.Leaving its end; Lane.Log what it says.
/// </summary>
internal sealed partial class Lane(int lane, LaneContext context, ILaneClients clients, Handover handover, ILogger logger) : IDisposable
{
    private readonly Dictionary<int, LanePartition> partitions = [];
    private readonly LaneRecord key = new();
    private readonly LaneRecord value = new();
    private readonly EventFold fold = new(context.Rules.Fields, context.Clocks);
    private readonly TimeProvider time = context.Time;
    private IConsumer<LaneRecord, LaneRecord> input = null!;
    private ChangelogReader changelog = null!;
    private readonly FormerOwners formerOwners = new(context, logger);
    private readonly List<TopicPartition> foreignAssigned = [];
    private LaneOutput? output;
    private CancellationToken stopping;
    private int topicsSeen;

    private static readonly TimeSpan ShortWait = TimeSpan.FromMilliseconds(5);

    /// <summary>Runs until cancelled. Throws what no transaction can be aborted for; the host starts the lane anew.</summary>
    public void Run(CancellationToken cancellation)
    {
        stopping = cancellation;
        input = clients.OpenInput(lane, key, value, Events);
        changelog = new ChangelogReader(context, logger, formerOwners, LogClient);
        input.Subscribe(context.Topics.SipEvents);
        while (!cancellation.IsCancellationRequested)
        {
            WatchTopics();
            WatchJoining();
            Restore(RestoreBudget);
            Tick();
            ConsumeFor(context.Settings.CommitInterval, cancellation);
            if (cancellation.IsCancellationRequested) break;
            SayUnclearTimes();
            ProveOwnership();
            Commit(CommitTimeout);
            ShowPositions();
        }
        HandOver();
    }

    private void ConsumeFor(TimeSpan interval, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        for (var records = 0; records < context.RecordsPerTransaction && !cancellation.IsCancellationRequested;)
        {
            var left = interval - time.GetElapsedTime(start);
            if (left <= TimeSpan.Zero) return;
            // While something restores, an idle input is no reason to wait.
            var record = Consume(changelog.IsBusy ? TimeSpan.Zero : IsRestoring && left > ShortWait ? ShortWait : left);
            if (record is not null && Process(record)) records++;
            else if (record is null && IsRestoring) Restore(RestoreBudget);
        }
    }

    private ConsumeResult<LaneRecord, LaneRecord>? Consume(TimeSpan timeout)
    {
        ConsumeResult<LaneRecord, LaneRecord>? record = null;
        try
        {
            record = input.Consume(timeout);
        }
        catch (ConsumeException e) when (e.Error.Code is ErrorCode.OffsetOutOfRange or ErrorCode.Local_AutoOffsetReset or ErrorCode.Local_NoOffset)
        {
            LostItsPlace(e.ConsumerRecord.Partition.Value, e.Error.Reason);
        }
        catch (ConsumeException e) when (!e.Error.IsFatal && LaneHost.RefusedSetting(e.Error) is null)
        {
            LogConsumeFailed(logger, lane, context.Cluster.Explain(e.Error, $"READ {context.Topics.SipEvents}"));
        }
        if (handlerFailure is not null) throw new InvalidOperationException("A rebalance handler failed.", handlerFailure);
        // The handlers that ran inside Consume only took notes; and it may have returned a record of a partition that is to be rewound or restored.
        if (record is not null && rewinds.Count > 0 && partitions.TryGetValue(record.Partition.Value, out var partition) && rewinds.Contains(partition))
            record = null;
        if (rewinds.Count > 0) Rewind();
        if (assigned.Count > 0 || foreignAssigned.Count > 0) TakeOver();
        return record;
    }

    /// <summary>Whether the record was taken.</summary>
    private bool Process(ConsumeResult<LaneRecord, LaneRecord> record)
    {
        if (!partitions.TryGetValue(record.Partition.Value, out var partition) || !partition.IsActive || record.Offset.Value < partition.NextOffset)
            return false;
        var cause = new Cause(partition.Partition, record.Offset.Value);
        if (FindTime(partition, record) is not { } time) return false;
        var hasFailed = partition.FailedAt == cause.Offset;
        // Alone in its transaction: a second failure takes nothing else with it.
        if (hasFailed && !Commit(partition)) return false;
        if (!Advance(partition, cause, time) || !TryApply(partition, cause, time)) return false;
        partition.NextOffset = partition.View.ProcessedOffset = cause.Offset + 1;
        partition.LastRecordAt = context.Time.GetTimestamp();
        partition.HasSeenRecord = true;
        if (hasFailed || partition.Store.Changes.Count >= context.RecordsPerTransaction || partition.DeadLetterBytes >= MaxDeadLetterBytes)
            Commit(CommitTimeout);
        return true;
    }

    /// <summary>Fires what is due by then. False: the partition went back, and the record will come again.</summary>
    private bool Advance(LanePartition partition, Cause cause, RecordTime time)
    {
        while (true)
        {
            partition.IsDirty = true;
            try
            {
                if (partition.Store.Advance(time.LogTime, cause, context.ExpiriesPerTransaction)) return true;
            }
            catch (Exception e) when (IsFault(e))
            {
                DeadlineFailed(partition, cause.Offset, e);
                return false;
            }
            // More is due than one transaction takes: what fired goes out with the same next offset, and the record waits here.
            if (!Commit(partition)) return false;
        }
    }

    /// <summary>False: the partition went back, and the record will come again.</summary>
    private bool TryApply(LanePartition partition, Cause cause, RecordTime time)
    {
        try
        {
            Apply(partition, cause, time.TimestampMs);
            return true;
        }
        catch (Exception e) when (IsFault(e))
        {
            return RecordFailed(partition, cause, time, e);
        }
    }

    private void Apply(LanePartition partition, Cause cause, long timestampMs)
    {
        var folded = fold.Apply(partition.Store, value.Bytes, value.IsNull, context.Registry.PartitionCount, cause);
        partition.Effects.Add(EffectOf(folded), folded.IsLatin1);
        if (folded.Failure != EventFailure.None) PutAside(partition, cause.Offset, timestampMs, folded.Failure);
    }

    private static RecordEffect EffectOf(FoldedEvent folded) => folded.Outcome is { } outcome ? EffectOf(outcome)
        : folded.Failure == EventFailure.None ? RecordEffect.Tick : RecordEffect.Unusable;

    private static RecordEffect EffectOf(MergeOutcome outcome) => outcome switch
    {
        MergeOutcome.Merged => RecordEffect.Merged,
        MergeOutcome.Known => RecordEffect.Known,
        MergeOutcome.NoFact => RecordEffect.NoFact,
        MergeOutcome.Full => RecordEffect.Full,
    };
}
