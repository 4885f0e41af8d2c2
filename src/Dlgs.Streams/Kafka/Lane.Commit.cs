using Confluent.Kafka;

namespace Dlgs.Streams.Kafka;

/// <summary>The lane's transaction: outputs, stores and offsets of all that was processed, together or not at all.</summary>
internal sealed partial class Lane
{
    private static readonly TimeSpan CommitTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan InitTimeout = TimeSpan.FromSeconds(30);

    /// <summary>False: it did not happen, and the partitions were rewound or are restored again.</summary>
    private bool Commit(TimeSpan timeout, bool rewind = true)
    {
        var dirty = partitions.Values.Where(p => p.IsDirty).ToArray();
        if (dirty.Length == 0) return true;
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
            return Fail(e, dirty, rewind);
        }
        foreach (var partition in dirty) partition.Committed();
        context.Metrics.Changes.Add(changes);
        CountTransaction("committed");
        return true;
    }

    private bool Fail(KafkaException failure, LanePartition[] dirty, bool rewind)
    {
        if (failure is KafkaTxnRequiresAbortException && TryAbort())
        {
            // During a rebalance the broker's generation is ahead of ours for a moment: routine.
            LogAborted(logger, number, failure.Error.Reason);
            CountTransaction("aborted");
            foreach (var partition in dirty)
            {
                partition.RolledBack();
                if (rewind) Rewind(partition);
            }
            return false;
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
        if (rewind) BeginRestores();
        return false;
    }

    private bool TryAbort()
    {
        try
        {
            output!.Abort(CommitTimeout);
            return true;
        }
        catch (KafkaException)
        {
            return false;
        }
    }

    /// <summary>Back to the last commit; what was fetched beyond it is dropped by the seek.</summary>
    private void Rewind(LanePartition partition) => input.Seek(new TopicPartitionOffset(context.Topics.SipEvents, partition.Partition, partition.NextOffset));

    private LaneOutput EnsureOutput()
    {
        if (output is not null) return output;
        var opened = new LaneOutput(context, number);
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
