using Confluent.Kafka;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Core.Stores;

namespace Dlgs.Streams.Kafka;

/// <summary>
/// One thread that owns one consumer, one transactional producer, one consumer for restoring, and the stores of the partitions assigned to
/// it. No record crosses a thread. The loop: consume for a commit interval, commit, go on with restores, tick.
/// Parts: this file the events; Lane.Commit the transaction; Lane.Assignment partitions coming and going; Lane.Log what it says.
/// </summary>
internal sealed partial class Lane(int number, LaneContext context, ILogger logger) : IDisposable
{
    private readonly Dictionary<int, LanePartition> partitions = [];
    private readonly LaneRecord key = new();
    private readonly LaneRecord value = new();
    private readonly SipEventReader reader = new(context.Limits);
    private readonly TimeProvider time = context.Time;
    private IConsumer<LaneRecord, LaneRecord> input = null!;
    private IConsumer<byte[], byte[]> changelog = null!;
    private LaneOutput? output;

    private TimeSpan CommitInterval => TimeSpan.FromMilliseconds(context.Settings.CommitIntervalMs);

    /// <summary>Runs until cancelled. Throws what no transaction can be aborted for; the host starts the lane anew.</summary>
    public void Run(CancellationToken cancellation)
    {
        input = OpenInput();
        changelog = new ConsumerBuilder<byte[], byte[]>(context.Clients.RestoreConsumer()).SetLogHandler(LogClient).SetErrorHandler((_, error) => LogClientError(logger, number, error.Reason)).Build();
        EnsureOutput();
        input.Subscribe(context.Topics.SipEvents);
        while (!cancellation.IsCancellationRequested)
        {
            ConsumeFor(CommitInterval, cancellation);
            if (Commit(CommitTimeout)) context.Registry.OutOfTouch = false;
            Restore(RestoreBudget);
            Tick();
        }
        Commit(CommitTimeout);
    }

    /// <summary>Static members send no LeaveGroup: a restart gets the same partitions back.</summary>
    public void Dispose()
    {
        foreach (var partition in partitions.Values) context.Registry.Remove(partition.View);
        partitions.Clear();
        input?.Close();
        input?.Dispose();
        changelog?.Dispose();
        output?.Dispose();
    }

    private void ConsumeFor(TimeSpan interval, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        for (var records = 0; records < context.Settings.RecordsPerTransaction && !cancellation.IsCancellationRequested;)
        {
            var left = interval - time.GetElapsedTime(start);
            if (left <= TimeSpan.Zero) return;
            // While something restores, an idle input is no reason to wait.
            var record = Consume(restoring.Count > 0 ? TimeSpan.Zero : left);
            if (record is not null && Process(record)) records++;
            else if (record is null && restoring.Count > 0) Restore(RestoreBudget);
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
            CloseAtGap(e.ConsumerRecord.Partition.Value, e.Error.Reason);
        }
        catch (ConsumeException e) when (!e.Error.IsFatal)
        {
            LogConsumeFailed(logger, number, e.Error.Reason);
        }
        // The handler that ran inside Consume only took notes; a record of a partition that has to be restored first is not for now.
        if (assigned.Count > 0) BeginRestores();
        return record;
    }

    /// <summary>Whether the record was taken.</summary>
    private bool Process(ConsumeResult<LaneRecord, LaneRecord> record)
    {
        if (!partitions.TryGetValue(record.Partition.Value, out var partition) || !partition.IsActive || record.Offset.Value < partition.NextOffset) return false;
        var cause = new Cause(partition.Partition, record.Offset.Value);
        var logTime = new LogTime(record.Message.Timestamp.UnixTimestampMs * 1000);
        partition.IsDirty = true;
        while (!partition.Store.Advance(logTime, cause, context.Settings.ExpiriesPerTransaction))
        {
            // More is due than one transaction takes: what fired goes out with the same next offset, and the record waits here. If that fails,
            // the partition was rewound and the record will come again.
            if (!Commit(CommitTimeout)) return false;
            partition.IsDirty = true;
        }
        Apply(partition, cause, record.Message.Timestamp.UnixTimestampMs);
        partition.NextOffset = partition.View.ProcessedOffset = cause.Offset + 1;
        partition.LastRecordAt = time.GetTimestamp();
        partition.HasSeenRecord = true;
        if (partition.Store.Changes.Count >= context.Settings.RecordsPerTransaction) Commit(CommitTimeout);
        return true;
    }

    private void Apply(LanePartition partition, Cause cause, long timestampMs)
    {
        var failure = reader.Read(value.Bytes, out var kind, out var message, out var tag);
        if (value.IsNull) failure = EventFailure.Malformed;
        if (failure == EventFailure.None && kind == EventKind.Tick) return;
        // The key is not looked at: what counts is where the Call-ID belongs.
        if (failure == EventFailure.None && Client.CallIdPartitioner.PartitionOf(message.CallId, context.Registry.PartitionCount) != partition.Partition) failure = EventFailure.WrongPartition;
        if (failure != EventFailure.None)
        {
            PutAside(partition, cause.Offset, timestampMs, failure);
            return;
        }
        MergeOutcome outcome;
        if (kind == EventKind.Unknown) outcome = MergeOutcome.NoFact;
        else if (kind == EventKind.Tag)
        {
            tag.Time = context.Clocks.Check(message.Proxy, tag.Time, partition.Store.LogTime);
            outcome = partition.Store.Merge(tag, cause);
        }
        else
        {
            message.Time = context.Clocks.Check(message.Proxy, message.Time, partition.Store.LogTime);
            outcome = partition.Store.Merge(message, cause);
        }
        Count(outcome);
    }

    private void Count(MergeOutcome outcome) => context.Metrics.Events.Add(1, new KeyValuePair<string, object?>("outcome", outcome switch
    {
        MergeOutcome.Merged => "merged",
        MergeOutcome.Known => "known",
        MergeOutcome.NoFact => "no-fact",
    }));

    private void PutAside(LanePartition partition, long offset, long timestampMs, EventFailure failure)
    {
        partition.DeadLetters.Add(new DeadLetter(key.IsNull ? null : key.Bytes.ToArray(), value.IsNull ? null : value.Bytes.ToArray(), offset, timestampMs, failure));
        context.Metrics.DeadLetters.Add(1, new KeyValuePair<string, object?>("reason", failure.ToString()));
        if (IsTimeToSay(failure)) LogPutAside(logger, context.Topics.SipEvents, partition.Partition, offset, failure);
    }

    /// <summary>A tick where deadlines may be due and nothing came: after a restart once, to learn the broker's time at all.</summary>
    private void Tick()
    {
        var interval = TimeSpan.FromSeconds(context.Settings.TimerInterval);
        foreach (var partition in partitions.Values)
        {
            if (!partition.IsActive) continue;
            var idle = time.GetElapsedTime(partition.LastRecordAt);
            if (idle < interval || time.GetElapsedTime(partition.LastTickAt) < interval) continue;
            var deadline = partition.Store.EarliestDeadline;
            if (deadline == LogTime.Never || partition.HasSeenRecord && deadline > partition.Store.LogTime + idle) continue;
            partition.LastTickAt = time.GetTimestamp();
            context.Ticker.Tick(partition.Partition);
        }
    }
}
