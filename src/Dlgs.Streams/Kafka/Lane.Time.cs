using Confluent.Kafka;
using Dlgs.Streams.Core.Dialogs;

namespace Dlgs.Streams.Kafka;

/// <summary>A record's timestamp, and the log time that it moves the partition to.</summary>
internal readonly record struct RecordTime(long TimestampMs, LogTime LogTime)
{
    public static RecordTime Of(long appendedMs) => new(appendedMs, new LogTime(appendedMs * 1000));
}

/// <summary>The log's time: whose clock a record has, and ticks where nothing comes.</summary>
internal sealed partial class Lane
{
    /// <summary>
    /// The broker's append time. A producer's own, of a topic that was set to CreateTime, moves no clock: the partition stops until the topic is
    /// as it was, and then goes on with the time that it had. The embedded broker has only producers' times, whose clocks must not move ours ahead.
    /// </summary>
    private RecordTime? FindTime(LanePartition partition, ConsumeResult<LaneRecord, LaneRecord> record)
    {
        var timestamp = record.Message.Timestamp;
        if (context.Clients.IsEmbedded) return RecordTime.Of(Math.Min(timestamp.UnixTimestampMs, time.GetUtcNow().ToUnixTimeMilliseconds()));
        if (timestamp.Type == TimestampType.LogAppendTime)
        {
            partition.ClosedForTimesAt = null;
            return RecordTime.Of(timestamp.UnixTimestampMs);
        }
        if (partition.ClosedForTimesAt is { } closedAt && context.WatchedTopics.Current is { HasAppendTime: true } topics && topics.AskedAt > closedAt)
            return new RecordTime(timestamp.UnixTimestampMs, partition.Store.LogTime);
        partition.ClosedForTimesAt ??= time.GetTimestamp();
        Commit(partition);
        var topic = context.Topics.SipEvents;
        var why = $"{topic} [{partition.Partition}] offset {record.Offset.Value} has its producer's time, "
            + "not the broker's append time, by which calls expire: the topic was altered";
        var opens = $"It opens when the topic is as it was: kafka-configs.sh --bootstrap-server {context.Cluster.BootstrapServers} --alter "
            + $"--entity-type topics --entity-name {topic} --add-config message.timestamp.type=LogAppendTime";
        Close(partition, new Closure("altered-topic", why, opens), record.Offset.Value);
        return null;
    }

    /// <summary>
    /// The consumer's own, because transaction markers on the input are never delivered:
    /// without it an idle partition would seem to be behind.
    /// </summary>
    private void ShowPositions()
    {
        foreach (var partition in partitions.Values)
            if (partition.IsActive && input.Position(Input(partition.Partition)) is { IsSpecial: false } position) partition.View.ReadPosition = position.Value;
    }

    /// <summary>A tick where deadlines may be due and nothing came: after a restart once, to learn the broker's time at all.</summary>
    private void Tick()
    {
        var interval = context.Settings.TimerInterval;
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
