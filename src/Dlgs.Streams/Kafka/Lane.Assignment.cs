using Confluent.Kafka;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Core.Dialogs;

namespace Dlgs.Streams.Kafka;

/// <summary>Partitions coming and going: notes in the assigned handler, questions, restore, activate; commit and tear down inside the revoked one.</summary>
internal sealed partial class Lane
{
    private static readonly TimeSpan RestoreBudget = TimeSpan.FromMilliseconds(20);
    /// <summary>Between two questions about a partition that has to wait.</summary>
    private static readonly TimeSpan InquiryPause = TimeSpan.FromSeconds(1);
    /// <summary>Inside a rebalance the others wait for us.</summary>
    private static readonly TimeSpan RevokeTimeout = TimeSpan.FromSeconds(3);

    /// <summary>Assigned, and neither paused nor begun to restore.</summary>
    private readonly List<int> assigned = [];
    /// <summary>Paused; the brokers are to be asked about it.</summary>
    private readonly List<LanePartition> waiting = [];
    /// <summary>Restored, and what the brokers say of it is so grave that they are asked again.</summary>
    private readonly List<PartitionRestore> doubted = [];
    /// <summary>Not admitted, or not to go on: those of one reason are closed together.</summary>
    private readonly List<(LanePartition Partition, Closure Closure)> toClose = [];
    /// <summary>The question that is under way, with the partitions it is about.</summary>
    private (LanePartition[] About, Task<Dictionary<int, Answer<PartitionFacts>>> Answers)? inquiry;
    private long askAgainAt;
    /// <summary>What went wrong inside a handler, to be thrown outside of it.</summary>
    private Exception? handlerFailure;

    private LaneEvents Events => new(Assign, revoked => Revoke(revoked, lost: false),
        lost => Revoke(lost, lost: true), LogClient, error => LogClientError(logger, lane, error.Reason));

    /// <summary>Something is being restored, or about to be: an idle input is no reason to wait for long.</summary>
    private bool IsRestoring => changelog.IsBusy || inquiry is not null || (waiting.Count > 0 && time.GetTimestamp() >= askAgainAt);

    /// <summary>Where it really begins, the restore will say; a group without offsets is no error here.</summary>
    private IEnumerable<TopicPartitionOffset> Assign(List<TopicPartition> added)
    {
        // Another service's topics may have been in the group before: they are left alone.
        assigned.AddRange(added.Where(p => p.Topic == context.Topics.SipEvents).Select(p => p.Partition.Value));
        foreignAssigned.AddRange(added.Where(p => p.Topic != context.Topics.SipEvents));
        return added.Select(p => new TopicPartitionOffset(p, Offset.Beginning));
    }

    /// <summary>A handler that throws makes the client drop every partition: everything is caught here, and thrown when Consume has returned.</summary>
    private void Revoke(List<TopicPartitionOffset> revoked, bool lost)
    {
        var gone = revoked.Where(p => p.Topic == context.Topics.SipEvents).Select(p => p.Partition.Value).ToArray();
        try
        {
            foreach (var partition in gone)
                if (partitions.TryGetValue(partition, out var leaving) && leaving.IsActive) leaving.Drain();
            // What was lost may be another's by now: nothing of it may be committed.
            if (lost) LogLost(logger, lane, string.Join(',', gone));
            else if (!Commit(RevokeTimeout, insideHandler: true)) LogRevokeFailed(logger, lane, string.Join(',', gone));
            foreach (var partition in gone) Drop(partition);
        }
        catch (Exception e)
        {
            handlerFailure = e;
        }
    }

    private void Drop(int partition)
    {
        assigned.RemoveAll(p => p == partition);
        if (!partitions.Remove(partition, out var dropped)) return;
        StopAwaiting(dropped);
        rewinds.Remove(dropped);
        context.Registry.Remove(dropped.View);
    }

    /// <summary>Pauses what is new, to read its store while the others run on.</summary>
    private void TakeOver()
    {
        foreach (var foreign in foreignAssigned)
        {
            input.Pause([foreign]);
            LogForeign(logger, lane, foreign.Topic, foreign.Partition.Value);
        }
        foreignAssigned.Clear();
        foreach (var partition in assigned.Distinct().ToArray())
        {
            assigned.RemoveAll(p => p == partition);
            input.Pause([Input(partition)]);
            // Calls are hashed over those that were there when the store began; what was added since is nobody's.
            if (partition >= context.Registry.PartitionCount)
            {
                LogIgnored(logger, context.Topics.SipEvents, partition, context.Registry.PartitionCount);
                continue;
            }
            if (!partitions.TryGetValue(partition, out var taken))
            {
                taken = new LanePartition(lane, partition, context.Rules.Lifetimes, context.Rules.Bounds, time);
                partitions.Add(partition, taken);
                context.Registry.Add(taken.View);
            }
            Await(taken);
        }
    }

    /// <summary>Its store is to be read, from the beginning of the questions on.</summary>
    private void Await(LanePartition partition)
    {
        StopAwaiting(partition);
        waiting.Add(partition);
    }

    /// <summary>Its store is being read, or what comes before or after that is under way.</summary>
    private bool IsAwaited(LanePartition partition) =>
        waiting.Contains(partition) || changelog.Has(partition.Partition) || doubted.Exists(restore => restore.Partition == partition);

    private void StopAwaiting(LanePartition partition)
    {
        waiting.Remove(partition);
        changelog.Stop(partition.Partition);
        doubted.RemoveAll(restore => restore.Partition == partition);
    }

    private void Restore(TimeSpan budget)
    {
        LookAgainAtClosed();
        Ask();
        TakeAnswers();
        if (changelog.IsBusy)
        {
            foreach (var restore in changelog.Read(budget))
            {
                if (restore.Refusal is { } refusal) throw new RefusalException(refusal);
                if (restore.Failure is { } why) Close(restore.Partition, why);
                else Admit(restore);
            }
        }
        foreach (var alike in toClose.GroupBy(each => each.Closure, each => each.Partition).ToArray()) Close([.. alike], alike.Key);
        toClose.Clear();
    }

    private void Ask()
    {
        if (inquiry is not null || (waiting.Count == 0 && doubted.Count == 0) || time.GetTimestamp() < askAgainAt) return;
        // First: it ends the transaction that a former self left open, which the answers would wait for.
        if (!TryEnsureOutput())
        {
            askAgainAt = After(InquiryPause);
            return;
        }
        LanePartition[] mayCome = [.. waiting.Where(MayTakeOver)];
        if (mayCome.Length < waiting.Count) SayHeldBack([.. waiting.Except(mayCome)]);
        LanePartition[] about = [.. mayCome, .. doubted.Select(restore => restore.Partition)];
        if (about.Length == 0)
        {
            askAgainAt = After(InquiryPause);
            return;
        }
        inquiry = (about, AdminAnswer.Track(context.Inquiry.AskAsync([.. about.Select(partition => partition.Partition)])));
    }

    /// <summary>One that was active here before, or stands still, is not new: what it takes, it has taken.</summary>
    private bool MayTakeOver(LanePartition partition) =>
        partition.Generation > 0 || partition.Closing.Closure is not null || context.TakeOvers.TryTake();

    private void TakeAnswers()
    {
        if (inquiry is not { Answers.IsCompleted: true } done) return;
        inquiry = null;
        var answers = done.Answers.GetAwaiter().GetResult();
        var begin = new List<LanePartition>();
        foreach (var partition in done.About)
        {
            if (!partitions.TryGetValue(partition.Partition, out var mine) || mine != partition) continue;
            var answer = answers[partition.Partition];
            if (answer.Failure is { } why)
            {
                askAgainAt = After(InquiryPause);
                SayWaiting(partition, why);
                // It may be that of an owner that died in its transaction.
                formerOwners.LookAt(partition.Partition);
                continue;
            }
            partition.Facts = answer.Value;
            if (waiting.Remove(partition)) begin.Add(partition);
            else if (doubted.Find(restore => restore.Partition == partition) is { } restore) Admit(restore);
        }
        if (doubted.Count > 0) askAgainAt = After(InquiryPause);
        if (begin.Count > 0) changelog.Begin(begin);
    }

    /// <summary>
    /// Whether it may go on, with its store read.
    /// What speaks against it has to be found more than once: in a failover brokers say many things.
    /// </summary>
    private void Admit(PartitionRestore restore)
    {
        var partition = restore.Partition;
        var admission = Admission.Of(partition.Partition, partition.Facts!, restore.Resume, context.Admission);
        if (admission.NeedsProof && !(partition.Closing.IsProven(admission.Closure?.Cause ?? "no store") && HasSeenTopicsSince(partition.Closing.SuspectedAt)))
        {
            if (!doubted.Contains(restore)) doubted.Add(restore);
            return;
        }
        doubted.Remove(restore);
        if (admission.Closure is { } closure) toClose.Add((partition, closure));
        else Activate(partition, restore.Resume, admission);
    }

    /// <summary>A log that is not what it was may be another topic's, of the same name: that is a graver thing to say, and comes first.</summary>
    private bool HasSeenTopicsSince(long suspectedAt) =>
        context.Clients.IsEmbedded || context.WatchedTopics.Current is { } topics && topics.AskedAt > suspectedAt;

    private void Activate(LanePartition partition, PartitionRecord? resume, Admission admission)
    {
        var topic = Input(partition.Partition);
        if (resume is not null) partition.Store.RestoreLogTime(new LogTime(resume.LogTimeUs));
        partition.Store.BeginsAfter(new LogTime(SipTime.Of(time.GetUtcNow()).Micros));
        if (admission.Gap is { } gap) LogGap(logger, context.Topics.SipEvents, partition.Partition, gap);
        partition.GapRecords = admission.Gap is null ? 0 : Math.Max(1, admission.GapRecords);
        input.Seek(new TopicPartitionOffset(topic, admission.NextOffset));
        input.Resume([topic]);
        partition.Pinned = context.PinnedTopics ?? resume?.Topics;
        partition.Activate(admission.NextOffset, resume, time.GetTimestamp());
        saidWaiting.Remove(partition.Partition);
        LogActive(logger, context.Topics.SipEvents, partition.Partition, admission.NextOffset, partition.Store.CallCount);
    }

    private TopicPartition Input(int partition) => new(context.Topics.SipEvents, partition);

    private long After(TimeSpan pause) => time.GetTimestamp() + (long)(pause.TotalSeconds * time.TimestampFrequency);
}
