using Confluent.Kafka;

namespace Dlgs.Streams.Kafka;

/// <summary>
/// Reads stores back from the changelog, several at a time, on the lane's thread: a bounded slice per call, so that the lane goes on with
/// the partitions that are active.
/// </summary>
internal sealed partial class ChangelogReader : IDisposable
{
    /// <summary>How long nothing may come before the positions are looked at.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(5);

    /// <summary>A dead owner's transaction may be open below the end.</summary>
    private static readonly TimeSpan SuspiciousStall = TimeSpan.FromMilliseconds(500);

    private readonly Dictionary<int, PartitionRestore> restores = [];
    private readonly LaneContext context;
    private readonly ILogger logger;
    private readonly IConsumer<byte[], byte[]> consumer;

    private readonly FormerOwners formerOwners;

    public ChangelogReader(LaneContext context, ILogger logger, FormerOwners formerOwners, Action<IClient, LogMessage> said)
    {
        (this.context, this.logger, this.formerOwners) = (context, logger, formerOwners);
        consumer = new ConsumerBuilder<byte[], byte[]>(context.Clients.RestoreConsumer())
            .SetLogHandler((client, message) => said(client, message)).SetErrorHandler((_, _) => { }).Build();
    }

    public bool IsBusy => restores.Count > 0;

    public void Begin(IReadOnlyCollection<LanePartition> partitions)
    {
        foreach (var partition in partitions)
        {
            Stop(partition.Partition);
            var (topic, ends) = (Changelog(partition), partition.Facts!.Store);
            var restore = new PartitionRestore(partition, topic, ends, context.Cluster.GroupName) { ProgressAt = context.Time.GetTimestamp() };
            restores[partition.Partition] = restore;
            restore.ShowProgress();
            // One that is only looked at again says nothing new.
            if (partition.Closing.Closure is null) LogRestoring(logger, topic.Topic, partition.Partition, ends.Begin, ends.End);
        }
        consumer.IncrementalAssign(partitions.Select(partition => new TopicPartitionOffset(Changelog(partition), partition.Facts!.Store.Begin)));
    }

    public bool Has(int partition) => restores.ContainsKey(partition);

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
        foreach (var restore in restores.Values)
        {
            restore.ShowProgress();
            WatchStall(restore);
        }
        return over;
    }

    public void Dispose() => consumer.Dispose();

    private TopicPartition Changelog(LanePartition partition) => new(context.Topics.DialogStore, partition.Partition);

    private ConsumeResult<byte[], byte[]>? Consume()
    {
        try
        {
            return consumer.Consume(Patience);
        }
        catch (ConsumeException e) when (!e.Error.IsFatal)
        {
            // The client tries again by itself; if that does not help, the stall says so.
            LogReadFailed(logger, context.Topics.DialogStore, e.ConsumerRecord?.Partition.Value ?? -1,
                context.Cluster.Explain(e.Error, $"READ {context.Topics.DialogStore}"));
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

    private void WatchStall(PartitionRestore restore)
    {
        var stalled = context.Time.GetElapsedTime(restore.ProgressAt);
        if (stalled > SuspiciousStall) formerOwners.LookAt(restore.Changelog.Partition.Value);
        if (stalled < context.Settings.RestoreStall) return;
        restore.ProgressAt = context.Time.GetTimestamp();
        LogStalled(logger, restore.Changelog.Topic, restore.Changelog.Partition.Value, restore.Position,
            restore.Target, formerOwners.Found(restore.Changelog.Partition.Value) ?? "why is not known yet");
    }

    [LoggerMessage(50, LogLevel.Debug, "Restoring {Topic} [{Partition}] from offset {Begin} to {End}")]
    private static partial void LogRestoring(ILogger logger, string topic, int partition, long begin, long end);

    [LoggerMessage(51, LogLevel.Error, "Restore of {Topic} [{Partition}] stalled at offset {Position} before {Target}: {Why}")]
    private static partial void LogStalled(ILogger logger, string topic, int partition, long position, long target, string why);

    [LoggerMessage(52, LogLevel.Warning, "Could not read {Topic} [{Partition}]: {Reason}")]
    private static partial void LogReadFailed(ILogger logger, string topic, int partition, string reason);
}
