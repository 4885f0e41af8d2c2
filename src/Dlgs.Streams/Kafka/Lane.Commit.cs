using Confluent.Kafka;

namespace Dlgs.Streams.Kafka;

/// <summary>The lane's transaction: outputs, stores and offsets of all that was processed, together or not at all.</summary>
internal sealed partial class Lane
{
    private static readonly TimeSpan CommitTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AbortTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan InitTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Rolled back, and the consumer is still ahead of them.</summary>
    private readonly HashSet<LanePartition> rewinds = [];
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
            var transaction = EnsureOutput();
            transaction.Begin();
            foreach (var partition in dirty) changes += transaction.Publish(partition);
            // Metadata afresh: an empty rebalance raises the generation without any callback, and the generation is the fence (KIP-447).
            transaction.Commit(dirty.Select(p => new TopicPartitionOffset(context.Topics.SipEvents, p.Partition, p.NextOffset)), input.ConsumerGroupMetadata, timeout);
        }
        catch (KafkaException e)
        {
            Fail(e, dirty, insideHandler);
            return false;
        }
        foreach (var partition in dirty) partition.Committed();
        NoteProof(start);
        context.Metrics.Changes.Add(changes);
        CountTransaction("committed");
        return true;
    }

    private void Fail(KafkaException failure, LanePartition[] dirty, bool insideHandler)
    {
        lastFailure = failure.Error.Reason;
        var isRefused = LaneOutput.IsRefusal(failure.Error);
        // What Produce threw was never sent.
        if ((isRefused || failure is KafkaTxnRequiresAbortException or ProduceException<byte[], byte[]?>) && TryAbort())
        {
            CountTransaction(isRefused ? "refused" : "aborted");
            // During a rebalance the broker's generation is ahead of ours for a moment.
            var isRoutine = failure.Error.Code is ErrorCode.IllegalGeneration or ErrorCode.UnknownMemberId or ErrorCode.RebalanceInProgress;
            if (isRoutine) LogAborted(logger, number, failure.Error.Reason);
            else if (IsTimeToSay("abort")) LogAbortedOddly(logger, number, failure.Error.Reason);
            foreach (var partition in dirty)
            {
                if (isRefused) partition.Suspect();
                partition.RolledBack();
                rewinds.Add(partition);
            }
            // Of several each goes again, alone, and then it is known whose fault it is.
            if (isRefused && dirty.Length == 1 && !insideHandler) Close(dirty[0], LaneOutput.WhyRefused(failure.Error, context.Topics));
            if (!insideHandler) Rewind();
            return;
        }
        // Nobody knows whether it happened: a fresh producer ends it, one way or the other, and the changelog then says which.
        LogUndecided(logger, number, failure.Error.Reason);
        CountTransaction("undecided");
        output?.Dispose();
        output = null;
        foreach (var partition in dirty)
        {
            partition.Forget();
            assigned.Add(partition.Partition);
        }
        if (!insideHandler) TakeOver();
    }

    private bool TryAbort()
    {
        if (output is null) return false;
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

    private LaneOutput EnsureOutput()
    {
        if (output is not null) return output;
        var opened = new LaneOutput(context, clients.OpenOutput(number, Events));
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

    private void CountTransaction(string outcome) => context.Metrics.Transactions.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
}
