using Confluent.Kafka;
using Dlgs.Streams.Core.Dialogs;

namespace Dlgs.Streams.Kafka;

/// <summary>Partitions coming and going: notes in the assigned handler, restore, activate; commit and tear down inside the revoked one.</summary>
internal sealed partial class Lane
{
    private static readonly TimeSpan RestoreBudget = TimeSpan.FromMilliseconds(20);
    /// <summary>What the lane may wait for the offsets of a dead owner at a time, and how long it goes on with its other partitions in between.</summary>
    private static readonly TimeSpan StableOffsetsTimeout = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan StableOffsetsPause = TimeSpan.FromSeconds(1);
    /// <summary>Inside a rebalance the others wait for us.</summary>
    private static readonly TimeSpan RevokeTimeout = TimeSpan.FromSeconds(3);

    /// <summary>Assigned, and neither paused nor begun to restore.</summary>
    private readonly List<int> assigned = [];
    /// <summary>Paused, and its former owner's offsets may still be pending.</summary>
    private readonly List<LanePartition> waiting = [];
    private long waitAgainAt;
    private bool oneByOne;
    /// <summary>What went wrong inside a handler, to be thrown outside of it.</summary>
    private Exception? handlerFailure;

    private LaneEvents Events => new(Assign, revoked => Revoke(revoked, lost: false), lost => Revoke(lost, lost: true), LogClient, error => LogClientError(logger, number, error.Reason));

    /// <summary>Where it really begins, the restore will say; a group without offsets is no error here.</summary>
    private IEnumerable<TopicPartitionOffset> Assign(List<TopicPartition> added)
    {
        assigned.AddRange(added.Select(p => p.Partition.Value));
        return added.Select(p => new TopicPartitionOffset(p, Offset.Beginning));
    }

    /// <summary>A handler that throws makes the client drop every partition: everything is caught here, and thrown when Consume has returned.</summary>
    private void Revoke(List<TopicPartitionOffset> revoked, bool lost)
    {
        var gone = revoked.Select(p => p.Partition.Value).ToArray();
        try
        {
            foreach (var partition in gone)
                if (partitions.TryGetValue(partition, out var leaving) && leaving.IsActive) leaving.View.Phase = PartitionPhase.Draining;
            // What was lost may be another's by now: nothing of it may be committed.
            if (lost) LogLost(logger, number, string.Join(',', gone));
            else if (!Commit(RevokeTimeout, insideHandler: true)) LogRevokeFailed(logger, number, string.Join(',', gone));
            foreach (var partition in gone) Drop(partition);
        }
        catch (Exception e)
        {
            handlerFailure = e;
        }
    }

    private void Drop(int number)
    {
        assigned.RemoveAll(p => p == number);
        waiting.RemoveAll(p => p.Partition == number);
        changelog.Stop(number);
        if (!partitions.Remove(number, out var partition)) return;
        rewinds.Remove(partition);
        context.Registry.Remove(partition.View);
    }

    /// <summary>Pauses what is new, to read its store while the others run on.</summary>
    private void TakeOver()
    {
        // First: it ends the transaction that a former self left open, which the restore would wait for.
        EnsureOutput();
        foreach (var number in assigned.Distinct().ToArray())
        {
            assigned.RemoveAll(p => p == number);
            input.Pause([Input(number)]);
            if (!partitions.TryGetValue(number, out var partition))
            {
                partition = new LanePartition(number, context.Lifetimes, context.Bounds);
                partitions.Add(number, partition);
                context.Registry.Add(partition.View);
            }
            if (number >= context.Registry.PartitionCount) Close(partition, $"calls are hashed over {context.Registry.PartitionCount} partitions, it is ignored");
            else waiting.Add(partition);
        }
    }

    private void Restore(TimeSpan budget)
    {
        while (waiting.Count > 0 && time.GetTimestamp() >= waitAgainAt) BeginRestores(oneByOne ? waiting[..1] : [.. waiting]);
        if (waiting.Count == 0) oneByOne = false;
        if (!changelog.IsBusy) return;
        foreach (var restore in changelog.Read(budget))
        {
            if (restore.Refusal is { } refusal) throw new RefusalException(refusal);
            if (restore.Failure is { } why) Close(restore.Partition, why);
            else Activate(restore.Partition, restore);
        }
    }

    /// <summary>
    /// The former owner may have sent its offsets and die before its transaction ends. Our read_committed consumer asks for stable offsets
    /// (KIP-447), so once they are known, all that it ever committed is in the changelog below the end that the restore then asks for.
    /// </summary>
    private void BeginRestores(List<LanePartition> batch)
    {
        waiting.RemoveRange(0, batch.Count);
        try
        {
            var topics = batch.ConvertAll(partition => Input(partition.Partition));
            // The mock cluster keeps no offsets.
            var committed = context.Clients.IsEmbedded ? [] : input.Committed(topics, StableOffsetsTimeout).ToDictionary(p => p.TopicPartition, p => p.Offset);
            var ends = LogEnds.Ask(input, topics);
            foreach (var partition in batch)
            {
                partition.GroupOffset = committed.GetValueOrDefault(Input(partition.Partition), Offset.Unset);
                partition.Input = ends[Input(partition.Partition)];
            }
            changelog.Begin(batch);
        }
        catch (KafkaException e)
        {
            // One that has to wait must not hold the others.
            foreach (var partition in batch) LogWaiting(logger, context.Topics.SipEvents, partition.Partition, e.Error.Reason);
            oneByOne = true;
            waiting.AddRange(batch);
            waitAgainAt = time.GetTimestamp() + (long)(StableOffsetsPause.TotalSeconds * time.TimestampFrequency);
        }
    }

    private void Activate(LanePartition partition, PartitionRestore restore)
    {
        var topic = Input(partition.Partition);
        if (restore.Resume is null && !partition.GroupOffset.IsSpecial)
        {
            Close(partition, $"the group has committed offset {partition.GroupOffset.Value}, but {restore.Changelog.Topic} has no record of the partition: someone deleted the store. Restore it, or reset the group's offsets to begin with empty stores");
            return;
        }
        if (restore.Resume is { } pinned && pinned.PartitionCount != context.Registry.PartitionCount)
        {
            Close(partition, $"its store was begun with {pinned.PartitionCount} partitions, {context.Topics.DialogStore} has {context.Registry.PartitionCount}");
            return;
        }
        var next = restore.Resume?.NextOffset ?? partition.Input.Begin;
        if (next < partition.Input.Begin || next > partition.Input.End)
        {
            CloseAtGap(partition, next, partition.Input);
            return;
        }
        if (restore.Resume is { } resume) partition.Store.RestoreLogTime(new LogTime(resume.LogTimeUs));
        input.Seek(new TopicPartitionOffset(topic, next));
        input.Resume([topic]);
        partition.Activate(next, (restore.Resume?.Generation ?? 0) + 1, time.GetTimestamp());
        LogActive(logger, context.Topics.SipEvents, partition.Partition, next, partition.Store.CallCount);
    }

    private TopicPartition Input(int partition) => new(context.Topics.SipEvents, partition);

    private void CloseAtGap(int number, string reason)
    {
        if (!partitions.TryGetValue(number, out var partition)) return;
        Close(partition, $"offset {partition.NextOffset} is out of range ({reason}): records between it and the log's beginning are gone, and what they said of calls is lost. Decide: set the group's and the store's position anew, or begin under another topic_prefix");
    }

    private void CloseAtGap(LanePartition partition, long next, LogEnds ends) =>
        Close(partition, next < ends.Begin
            ? $"it has to go on at offset {next}, but the log begins at {ends.Begin}: {ends.Begin - next} records are gone that were never read. Raise the topic's retention; to go on without them, begin anew under another topic_prefix"
            : $"it has to go on at offset {next}, but the log ends at {ends.End}: the topic was truncated or made anew. Begin anew under another topic_prefix");

    /// <summary>Stops one partition until the operator decides; the others go on.</summary>
    private void Close(LanePartition partition, string why)
    {
        changelog.Stop(partition.Partition);
        rewinds.Remove(partition);
        input.Pause([Input(partition.Partition)]);
        partition.Forget();
        partition.View.Phase = PartitionPhase.Closed;
        LogClosed(logger, context.Topics.SipEvents, partition.Partition, why);
    }
}
