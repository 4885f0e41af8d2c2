using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Dlgs.Streams.Kafka;

/// <summary>
/// Reads stores back from the changelog, several at a time, on the lane's thread: a bounded slice per call, so that the lane goes on with
/// the partitions that are active.
/// </summary>
internal sealed partial class ChangelogReader : IDisposable
{
    private static readonly TimeSpan AdminTimeout = TimeSpan.FromSeconds(10);
    /// <summary>How long nothing may come before the positions are looked at.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(5);

    private readonly Dictionary<int, PartitionRestore> restores = [];
    private readonly LaneContext context;
    private readonly ILogger logger;
    private readonly IConsumer<byte[], byte[]> consumer;

    public ChangelogReader(LaneContext context, ILogger logger, Action<IClient, LogMessage> said)
    {
        (this.context, this.logger) = (context, logger);
        consumer = new ConsumerBuilder<byte[], byte[]>(context.Clients.RestoreConsumer()).SetLogHandler((client, message) => said(client, message)).SetErrorHandler((_, _) => { }).Build();
    }

    public bool IsBusy => restores.Count > 0;

    public void Begin(LanePartition partition)
    {
        Stop(partition.Partition);
        var topic = new TopicPartition(context.Topics.DialogStore, partition.Partition);
        var (begin, end) = (ListOffset(topic, OffsetSpec.Earliest()), ListOffset(topic, OffsetSpec.Latest()));
        restores[partition.Partition] = new PartitionRestore(partition, topic, begin, end) { ProgressAt = context.Time.GetTimestamp() };
        consumer.IncrementalAssign([new TopicPartitionOffset(topic, begin)]);
        LogRestoring(logger, topic.Topic, partition.Partition, begin, end);
    }

    public void Stop(int partition)
    {
        if (restores.Remove(partition, out var restore)) consumer.IncrementalUnassign([restore.Changelog]);
    }

    /// <summary>Reads for as long as it may, and returns what is done or has failed.</summary>
    public IReadOnlyList<PartitionRestore> Read(TimeSpan budget)
    {
        var start = context.Time.GetTimestamp();
        var open = restores.Count;
        while (open > 0 && context.Time.GetElapsedTime(start) < budget)
        {
            var record = Consume();
            if (record is null) open = CountOpen();
            else if (restores.TryGetValue(record.Partition.Value, out var restore) && Take(restore, record)) open--;
        }
        CountOpen();
        var over = restores.Values.Where(restore => restore.IsOver).ToArray();
        foreach (var restore in over) Stop(restore.Changelog.Partition.Value);
        foreach (var restore in restores.Values) WatchStall(restore);
        return over;
    }

    public void Dispose() => consumer.Dispose();

    private ConsumeResult<byte[], byte[]>? Consume()
    {
        try
        {
            return consumer.Consume(Patience);
        }
        catch (ConsumeException e) when (!e.Error.IsFatal)
        {
            // The client tries again by itself; if that does not help, the stall says so.
            LogReadFailed(logger, context.Topics.DialogStore, e.ConsumerRecord?.Partition.Value ?? -1, e.Error.Reason);
            return null;
        }
    }

    /// <summary>Whether the restore ended with this record.</summary>
    private bool Take(PartitionRestore restore, ConsumeResult<byte[], byte[]> record)
    {
        if (restore.IsOver) return false;
        restore.Take(record.Message.Key, record.Message.Value, record.Offset.Value);
        restore.ProgressAt = context.Time.GetTimestamp();
        return restore.IsOver;
    }

    /// <summary>The consumer's position steps over what is never delivered: transaction markers, aborted records.</summary>
    private int CountOpen()
    {
        foreach (var restore in restores.Values)
            if (!restore.IsOver && restore.MoveTo(consumer.Position(restore.Changelog))) restore.ProgressAt = context.Time.GetTimestamp();
        return restores.Values.Count(restore => !restore.IsOver);
    }

    /// <summary>With read_uncommitted: the log's end, not the last stable offset (KAFKA-10167).</summary>
    private long ListOffset(TopicPartition partition, OffsetSpec spec)
    {
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        var listed = admin.ListOffsetsAsync([new TopicPartitionOffsetSpec { TopicPartition = partition, OffsetSpec = spec }], new ListOffsetsOptions { IsolationLevel = IsolationLevel.ReadUncommitted, RequestTimeout = AdminTimeout });
        return listed.GetAwaiter().GetResult().ResultInfos[0].TopicPartitionOffsetError.Offset.Value;
    }

    private void WatchStall(PartitionRestore restore)
    {
        if (context.Time.GetElapsedTime(restore.ProgressAt) < TimeSpan.FromSeconds(context.Settings.RestoreStall)) return;
        restore.ProgressAt = context.Time.GetTimestamp();
        LogStalled(logger, restore.Changelog.Topic, restore.Changelog.Partition.Value, restore.Position, restore.Target, WhyStalled(restore));
    }

    private string WhyStalled(PartitionRestore restore)
    {
        try
        {
            var end = ListOffset(restore.Changelog, OffsetSpec.Latest());
            return end < restore.Target ? $"the log ends at {end}: it was truncated" : "a transaction is open below it (a hanging one: kafka-transactions.sh find-hanging), or the brokers do not answer";
        }
        catch (KafkaException e)
        {
            return $"the brokers do not answer: {e.Error.Reason}";
        }
    }

    [LoggerMessage(50, LogLevel.Information, "Restoring {Topic} [{Partition}] from offset {Begin} to {End}")]
    private static partial void LogRestoring(ILogger logger, string topic, int partition, long begin, long end);

    [LoggerMessage(51, LogLevel.Error, "Restore of {Topic} [{Partition}] stalls at offset {Position} before {Target}: {Why}")]
    private static partial void LogStalled(ILogger logger, string topic, int partition, long position, long target, string why);

    [LoggerMessage(52, LogLevel.Warning, "Could not read {Topic} [{Partition}]: {Reason}")]
    private static partial void LogReadFailed(ILogger logger, string topic, int partition, string reason);
}
