using Confluent.Kafka;

namespace Dlgs.Streams.Kafka;

/// <summary>The lane's transaction: outputs, stores and offsets of all that was processed, together or not at all.</summary>
internal sealed partial class Lane
{
    /// <summary>Somewhat longer than a transaction may last: by then the broker has ended it.</summary>
    private static readonly TimeSpan CommitTimeout = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan AbortTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan InitTimeout = TimeSpan.FromSeconds(5);

    /// <summary>After transactions that failed in a row, before the next.</summary>
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(3);

    /// <summary>Producers left behind in a call that hangs, at most: each is threads and connections.</summary>
    private const int MaxHangingCalls = 3;

    /// <summary>Rolled back, and the consumer is still ahead of them.</summary>
    private readonly HashSet<LanePartition> rewinds = [];
    private readonly List<Task> hangingCalls = [];
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

    private bool Commit(LanePartition[] dirty, TimeSpan timeout, bool insideHandler)
    {
        if (dirty.Length == 0) return true;
        var start = time.GetTimestamp();
        var changes = 0;
        try
        {
            var transaction = EnsureOutput(needsReports: dirty is [{ IsAlone: true }]);
            transaction.Begin();
            foreach (var partition in dirty) changes += transaction.Publish(partition);
            // Metadata afresh: an empty rebalance raises the generation without any callback, and the generation is the fence (KIP-447).
            var group = input.ConsumerGroupMetadata;
            if (!GroupMembership.IsMember(group, input.MemberId)) throw new KafkaTxnRequiresAbortException(new Error(ErrorCode.UnknownMemberId, "The lane is no member of the group at the moment"));
            transaction.Commit(dirty.Select(p => new TopicPartitionOffset(context.Topics.SipEvents, p.Partition, p.NextOffset)), group, timeout);
        }
        catch (KafkaException e)
        {
            Fail(e, dirty, insideHandler);
            return false;
        }
        failuresInARow = 0;
        foreach (var partition in dirty)
        {
            partition.Committed();
            SayOpened(partition);
        }
        NoteProof(start);
        context.Metrics.Changes.Add(changes);
        CountTransaction("committed");
        if (output is { IsSpent: true }) Replace("slow-commit");
        return true;
    }

    private void Fail(KafkaException failure, LanePartition[] dirty, bool insideHandler)
    {
        lastFailure = failure.Error.Reason;
        failuresInARow++;
        if (LaneOutput.IsRefusal(failure.Error)) Refused(failure, dirty, insideHandler);
        // What Produce threw was never sent.
        else if (failure is KafkaTxnRequiresAbortException or ProduceException<byte[], byte[]?> && TryAbort()) Aborted(failure, dirty, insideHandler);
        else if (output is { MayBeCommitted: true }) Undecided(failure, dirty, insideHandler);
        else
        {
            // Its end was never asked for: the next producer's InitTransactions ends what is open, and nothing of it was committed.
            CountTransaction("given-up");
            if (IsTimeToSay("given up")) LogGivenUp(logger, number, failure.Error.Reason);
            Replace("failure");
            GoBack(dirty, insideHandler);
        }
        if (!insideHandler) Pause();
    }

    private void Aborted(KafkaException failure, LanePartition[] dirty, bool insideHandler)
    {
        CountTransaction("aborted");
        // During a rebalance the broker's generation is ahead of ours for a moment.
        var isRoutine = failure.Error.Code is ErrorCode.IllegalGeneration or ErrorCode.UnknownMemberId or ErrorCode.RebalanceInProgress;
        if (isRoutine) LogAborted(logger, number, failure.Error.Reason);
        else if (IsTimeToSay("abort")) LogAbortedOddly(logger, number, failure.Error.Reason);
        GoBack(dirty, insideHandler);
    }

    /// <summary>Of several partitions each goes again, alone, and then it is known whose fault it is, and of which record.</summary>
    private void Refused(KafkaException failure, LanePartition[] dirty, bool insideHandler)
    {
        CountTransaction("refused");
        var closure = output is { HasReports: true } ? output.WhyRefused(failure.Error) : null;
        if (!TryAbort()) Replace("failure");
        foreach (var partition in dirty) partition.Suspect();
        GoBack(dirty, insideHandler);
        if (dirty.Length == 1 && !insideHandler && closure is not null) Close(dirty[0], closure, dirty[0].SuspectUntil - 1);
    }

    /// <summary>Nobody knows whether it happened: a fresh producer ends it, one way or the other, and the changelog then says which.</summary>
    private void Undecided(KafkaException failure, LanePartition[] dirty, bool insideHandler)
    {
        LogUndecided(logger, number, failure.Error.Reason);
        CountTransaction("undecided");
        Replace("undecided");
        foreach (var partition in dirty)
        {
            partition.Forget();
            assigned.Add(partition.Partition);
        }
        if (!insideHandler && !stopping.IsCancellationRequested) TakeOver();
    }

    private void GoBack(LanePartition[] dirty, bool insideHandler)
    {
        foreach (var partition in dirty)
        {
            partition.RolledBack();
            rewinds.Add(partition);
        }
        if (!insideHandler) Rewind();
    }

    /// <summary>What fails again and again does so ever more slowly.</summary>
    private void Pause()
    {
        var pause = ShortestPause * Math.Pow(2, Math.Min(failuresInARow - 1, 10));
        stopping.WaitHandle.WaitOne(pause < LongestPause ? pause : LongestPause);
    }

    private bool TryAbort()
    {
        if (output is null or { Hanging: not null }) return false;
        try
        {
            output.Abort(AbortTimeout);
            return true;
        }
        catch (KafkaException)
        {
            return false;
        }
    }

    /// <summary>Back to the last commit; what was fetched beyond it is dropped by the seek. Not inside a handler.</summary>
    private void Rewind()
    {
        foreach (var partition in rewinds) input.Seek(new TopicPartitionOffset(Input(partition.Partition), partition.NextOffset));
        rewinds.Clear();
    }

    /// <summary>
    /// A commit is the proof that the group still has us. A take-over is written at once, so that no two owners count alike; and where
    /// nothing else is to commit, a partition record now and then is the proof.
    /// </summary>
    private void ProveOwnership()
    {
        LanePartition? any = null;
        foreach (var partition in partitions.Values)
        {
            if (!partition.IsActive) continue;
            partition.IsDirty |= !partition.IsTakenOver;
            any = partition;
        }
        if (any is not null && time.GetElapsedTime(provenAt) > context.Clients.ProofInterval) any.IsDirty = true;
    }

    private void NoteProof(long at)
    {
        provenAt = at;
        foreach (var partition in partitions.Values) partition.View.ProvenAt = at;
    }

    private bool TryEnsureOutput()
    {
        try
        {
            EnsureOutput();
            return true;
        }
        catch (KafkaException e) when (LaneHost.RefusedSetting(e.Error) is null)
        {
            if (IsTimeToSay("no output")) LogNoOutput(logger, number, e.Error.Reason);
            return false;
        }
    }

    /// <summary>With reports where a record was refused and it is not known which.</summary>
    private LaneOutput EnsureOutput(bool needsReports = false)
    {
        // They cost memory and time, so not for longer than somebody is under suspicion.
        if (output is not null && (needsReports ? output.HasReports : !output.HasReports || partitions.Values.Any(partition => partition.IsAlone))) return output;
        if (output is not null) Replace("reports");
        hangingCalls.RemoveAll(call => call.IsCompleted);
        if (hangingCalls.Count >= MaxHangingCalls) throw new KafkaException(new Error(ErrorCode.Local_TimedOut, $"{hangingCalls.Count} calls to the group's coordinator still hang"));
        var opened = new LaneOutput(context, context.Clients.IdentityOf(number), clients.OpenOutput(number, Events, needsReports), needsReports, stopping);
        try
        {
            opened.Init(InitTimeout);
        }
        catch
        {
            opened.Dispose();
            throw;
        }
        return output = opened;
    }

    /// <summary>Takes another producer before the next transaction.</summary>
    private void Replace(string reason)
    {
        if (output is null) return;
        context.Metrics.ProducersReplaced.Add(1, new KeyValuePair<string, object?>("reason", reason));
        if (output.Hanging is { } hanging) hangingCalls.Add(hanging);
        output.Dispose();
        output = null;
    }

    private void CountTransaction(string outcome) => context.Metrics.Transactions.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
}
