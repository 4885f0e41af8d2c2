using Confluent.Kafka;
using Dlgs.Streams.Metrics;

namespace Dlgs.Streams.Kafka;

/// <summary>The lane's transaction: outputs, stores and offsets of all that was processed, together or not at all.</summary>
internal sealed partial class Lane
{
    /// <summary>Somewhat longer than a transaction may last: by then the broker has ended it.</summary>
    private static readonly TimeSpan CommitTimeout = TimeSpan.FromSeconds(6);

    /// <summary>After transactions that failed in a row, before the next.</summary>
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(3);

    /// <summary>Rolled back, and the consumer is still ahead of them.</summary>
    private readonly HashSet<LanePartition> rewinds = [];
    private int failuresInARow;
    private long provenAt;

    /// <summary>The last commit is so recent that the group must have had us until now.</summary>
    public bool IsInTouch => time.GetElapsedTime(provenAt) < context.Clients.ProofLifetime;

    /// <summary>False: of some partitions it did not happen, and they went back or are restored again.</summary>
    private bool Commit(TimeSpan timeout, bool insideHandler = false)
    {
        var dirty = partitions.Values.Where(p => p.IsDirty).ToLookup(p => p.IsAlone);
        var all = true;
        foreach (var partition in dirty[true]) all &= Commit([partition], timeout, insideHandler);
        return Commit([.. dirty[false]], timeout, insideHandler) && all;
    }

    /// <summary>Commits while a record of the partition is at hand. False: the partition went back, and the record will come again.</summary>
    private bool Commit(LanePartition partition)
    {
        var rewinds = partition.Rewinds;
        Commit(CommitTimeout);
        return partition.Rewinds == rewinds;
    }

    /// <summary>The one place where a transaction's outcome is acted upon.</summary>
    private bool Commit(LanePartition[] dirty, TimeSpan timeout, bool insideHandler)
    {
        if (dirty.Length == 0) return true;
        var start = time.GetTimestamp();
        var (outcome, failure) = Transact(dirty, timeout);
        CountTransaction(outcome, failure);
        switch (outcome)
        {
            case TransactionOutcome.Committed:
                Committed(dirty, start);
                return true;
            case TransactionOutcome.Aborted or TransactionOutcome.Abandoned:
                GoBack(outcome, failure!, dirty, insideHandler);
                break;
            case TransactionOutcome.Undecided:
                Undecided(failure!, dirty, insideHandler);
                break;
        }
        (lastFailure, failuresInARow) = (failure!.Error, failuresInARow + 1);
        if (!insideHandler) Pause();
        return false;
    }

    private (TransactionOutcome Outcome, KafkaException? Failure) Transact(LanePartition[] dirty, TimeSpan timeout)
    {
        try
        {
            var transaction = EnsureOutput(needsReports: dirty is [{ IsAlone: true }]);
            transaction.Begin();
            foreach (var partition in dirty) transaction.Publish(partition);
            // Metadata afresh: an empty rebalance raises the generation without any callback, and the generation is the fence (KIP-447).
            var group = input.ConsumerGroupMetadata;
            if (!GroupMembership.IsMember(group, input.MemberId))
                throw new KafkaTxnRequiresAbortException(new Error(ErrorCode.UnknownMemberId, "The lane is no member of the group at the moment"));
            transaction.Commit(dirty.Select(p => new TopicPartitionOffset(context.Topics.SipEvents, p.Partition, p.NextOffset)), group, timeout);
            return (TransactionOutcome.Committed, null);
        }
        catch (KafkaException e)
        {
            return (OutcomeOf(e), e);
        }
    }

    /// <summary>What Produce threw, and what the brokers refused, was never committed. Neither was what its end was not asked for.</summary>
    private TransactionOutcome OutcomeOf(KafkaException failure)
    {
        var isKnown = LaneOutput.IsRefusal(failure.Error) || failure is KafkaTxnRequiresAbortException or ProduceException<byte[], byte[]?>;
        if (isKnown && TryAbort()) return TransactionOutcome.Aborted;
        return output is { MayBeCommitted: true } && !LaneOutput.IsRefusal(failure.Error) ? TransactionOutcome.Undecided : TransactionOutcome.Abandoned;
    }

    private void Committed(LanePartition[] dirty, long start)
    {
        failuresInARow = 0;
        foreach (var partition in dirty)
        {
            context.Metrics.Committed(partition);
            partition.GapRecords = 0;
            partition.Committed();
            partition.CommittedAt = start;
            SayOpened(partition);
        }
        NoteProof(start);
        context.Metrics.CommitTime.Record(time.GetElapsedTime(start).TotalSeconds);
        if (output is { IsSpent: true }) Replace("slow-commit");
    }

    /// <summary>
    /// Nothing of it was committed: the stores go back. Where it could not even be aborted, the next producer's InitTransactions ends what is open. Of
    /// several partitions that the brokers refused each goes again, alone, and then it is known whose fault it is, and of which record.
    /// </summary>
    private void GoBack(TransactionOutcome outcome, KafkaException failure, LanePartition[] dirty, bool insideHandler)
    {
        var isRefused = LaneOutput.IsRefusal(failure.Error);
        var closure = isRefused && dirty.Length == 1 && !insideHandler && output is { HasReports: true } ? output.WhyRefused(failure.Error) : null;
        if (!isRefused) SayAborted(outcome, failure);
        if (outcome == TransactionOutcome.Abandoned) Replace("failure");
        foreach (var partition in dirty)
        {
            if (isRefused) partition.Suspect();
            partition.RolledBack();
            rewinds.Add(partition);
        }
        if (!insideHandler) Rewind();
        if (closure is not null) Close(dirty[0], closure, dirty[0].SuspectUntil - 1);
    }

    private void SayAborted(TransactionOutcome outcome, KafkaException failure)
    {
        // During a rebalance the broker's generation is ahead of ours for a moment.
        if (failure.Error.IsStaleMembership())
            LogAborted(logger, lane, failure.Error.Reason);
        else if (outcome == TransactionOutcome.Abandoned && reminders.AreDue("abandoned")) LogAbandoned(logger, lane, Explain(failure.Error));
        else if (outcome == TransactionOutcome.Aborted && reminders.AreDue("aborted")) LogAbortedOddly(logger, lane, Explain(failure.Error));
    }

    /// <summary>Nobody knows whether it happened: a fresh producer ends it, one way or the other, and the changelog then says which.</summary>
    private void Undecided(KafkaException failure, LanePartition[] dirty, bool insideHandler)
    {
        LogUndecided(logger, lane, Explain(failure.Error));
        Replace("undecided");
        foreach (var partition in dirty)
        {
            partition.Forget();
            assigned.Add(partition.Partition);
        }
        if (!insideHandler && !stopping.IsCancellationRequested) TakeOver();
    }

    /// <summary>What fails again and again does so ever more slowly.</summary>
    private void Pause() => stopping.WaitHandle.WaitOne(GrowingPause.After(failuresInARow, ShortestPause, LongestPause));

    /// <summary>Back to the last commit; what was fetched beyond it is dropped by the seek. Not inside a handler.</summary>
    private void Rewind()
    {
        foreach (var partition in rewinds) input.Seek(new TopicPartitionOffset(Input(partition.Partition), partition.NextOffset));
        rewinds.Clear();
    }

    /// <summary>
    /// A commit is the proof that the group still has us. A take-over is written at once, so that no two owners count alike; and where
    /// nothing else is to commit, a partition record now and then is the proof. In each store one is written now and then.
    /// </summary>
    private void ProveOwnership()
    {
        LanePartition? any = null;
        foreach (var partition in partitions.Values)
        {
            if (!partition.IsActive) continue;
            partition.IsDirty |= !partition.IsTakenOver || time.GetElapsedTime(partition.CommittedAt) > context.IdleCommit;
            any = partition;
        }
        if (any is not null && time.GetElapsedTime(provenAt) > context.Clients.ProofInterval) any.IsDirty = true;
    }

    private void NoteProof(long at)
    {
        provenAt = at;
        foreach (var partition in partitions.Values) partition.View.ProvenAt = at;
    }

    private void CountTransaction(TransactionOutcome outcome, KafkaException? failure) =>
        context.Metrics.Transactions.Add(failure is not null && LaneOutput.IsRefusal(failure.Error) ? LaneMetrics.Refused : Label.Of(outcome));
}
