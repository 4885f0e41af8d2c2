using System.Collections.Concurrent;
using Confluent.Kafka;

namespace Dlgs.Streams.Kafka;

/// <summary>
/// Ends the open transaction of an owner that died. Its partitions go to other instances, whose transactional.id is another: what it left open
/// would hold up their restore, and every reader of committed records, until the transaction's time-out and the broker's scan for it (10 s) are
/// over. Initialising its id ends it at once, and is safe: an owner that still lived would only be fenced. Works in the background, one question
/// at a time.
/// </summary>
internal sealed partial class FormerOwners(LaneContext context, ILogger logger)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    private readonly StoreTail tail = new(context);
    private readonly HashSet<(int Partition, long StableOffset)> ended = [];
    private readonly ConcurrentDictionary<int, string> found = new();
    private Task looking = Task.CompletedTask;
    private long lookedAt;

    /// <summary>What is known of the transaction that holds up the partition's store; null: nothing yet.</summary>
    public string? Found(int partition) => found.GetValueOrDefault(partition);

    /// <summary>A transaction that is open in the partition's store, or on the offsets of its input, holds its restore up.</summary>
    public void LookAt(int partition)
    {
        if (context.Clients.IsEmbedded || !looking.IsCompleted || context.Time.GetElapsedTime(lookedAt) < LookInterval) return;
        lookedAt = context.Time.GetTimestamp();
        looking = AdminAnswer.Track(Task.Run(() => LookAsync(new TopicPartition(context.Topics.DialogStore, partition))));
    }

    private async Task LookAsync(TopicPartition store)
    {
        try
        {
            var stable = (await LogEnds.AskLatestAsync(context.Admin.Client, [store], IsolationLevel.ReadCommitted, LogEnds.Timeout))[store];
            var ends = (await LogEnds.AskAsync(context.Admin.Client, [store]))[store];
            if (stable.Failure is not null || ends.Failure is not null || stable.Value >= ends.Value.End)
            {
                found.TryRemove(store.Partition.Value, out _);
                return;
            }
            // The partition record is the first of its transaction in its partition: anything else there is a stranger's.
            if (tail.FindAt(store, stable.Value) is not { Owner.Length: > 0 } owner)
            {
                found[store.Partition.Value] = $"a transaction is open in {store.Topic} [{store.Partition.Value}] from offset {stable.Value} on; "
                    + $"kafka-transactions.sh --bootstrap-server {context.Cluster.BootstrapServers} describe-producers "
                    + $"--topic {store.Topic} --partition {store.Partition.Value} shows whose";
                return;
            }
            found[store.Partition.Value] = $"a transaction of {owner.Owner} ({owner.Process}) is open "
                + $"in {store.Topic} [{store.Partition.Value}] from offset {stable.Value} on";
            // While the group has it, it may go on by itself.
            if (context.IsOurs(owner.Owner) || context.Group.HasMember(owner.Member) != false || !ended.Add((store.Partition.Value, stable.Value))) return;
            End(owner.Owner);
            LogEnded(logger, owner.Owner, owner.Process, store.Topic, store.Partition.Value, stable.Value);
        }
        catch (KafkaException e)
        {
            LogNotEnded(logger, store.Topic, store.Partition.Value, e.Error.Reason);
        }
    }

    private void End(string transactionalId)
    {
        using var producer = new ProducerBuilder<Null, Null>(context.Clients.TransactionalProducer(transactionalId)).BuildSilent();
        producer.InitTransactions(Timeout);
    }

    [LoggerMessage(53, LogLevel.Information,
        "Ended the transaction that {Owner} ({Process}) had left open in {Topic} [{Partition}] from offset {Offset} on: it has left the group")]
    private static partial void LogEnded(ILogger logger, string owner, string process, string topic, int partition, long offset);

    [LoggerMessage(54, LogLevel.Warning, "Could not look at the transaction that is open in {Topic} [{Partition}]: {Reason}")]
    private static partial void LogNotEnded(ILogger logger, string topic, int partition, string reason);
}
