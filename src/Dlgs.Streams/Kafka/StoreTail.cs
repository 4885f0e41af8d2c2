using Confluent.Kafka;
using Dlgs.Streams.Contracts.V1;

namespace Dlgs.Streams.Kafka;

/// <summary>Looks for partition records in a store's log, without reading all of it.</summary>
internal sealed class StoreTail(LaneContext context)
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>A transaction has its partition record first; so many records are looked at behind it, and ever more, back to the log's begin.</summary>
    private const int FirstWindow = 256;

    /// <summary>The last committed one, with its offset; null: there is none, or the brokers do not show it in time.</summary>
    public (PartitionRecord Record, long Offset)? FindLast(TopicPartition store, LogEnds ends)
    {
        for (long window = FirstWindow; ; window *= 16)
        {
            var from = Math.Max(ends.Begin, ends.End - window);
            (PartitionRecord, long)? last = null;
            if (!Read(store, from, ends.End, IsolationLevel.ReadCommitted, (record, offset) => (last = (record, offset)) is null)) return null;
            if (last is not null || from == ends.Begin) return last;
        }
    }

    /// <summary>The first one from an offset on, committed or not; null: there is none among the records before the end.</summary>
    public PartitionRecord? FindFirst(TopicPartition store, long from, long end)
    {
        PartitionRecord? first = null;
        Read(store, from, end, IsolationLevel.ReadUncommitted, (record, _) => (first = record) is not null);
        return first;
    }

    /// <summary>Until the end, or until it was found. False: the brokers did not show it all in time.</summary>
    private bool Read(TopicPartition store, long from, long end, IsolationLevel isolation, Func<PartitionRecord, long, bool> isFound)
    {
        var config = context.Clients.RestoreConsumer();
        config.IsolationLevel = isolation;
        using var consumer = new ConsumerBuilder<byte[], byte[]>(config).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        consumer.Assign(new TopicPartitionOffset(store, from));
        var progressAt = context.Time.GetTimestamp();
        for (var position = from; position < end;)
        {
            if (context.Time.GetElapsedTime(progressAt) > Patience) return false;
            var record = consumer.Consume(Step);
            if (record?.Message is { Key.Length: 0, Value: { } value } && isFound(PartitionRecord.Parser.ParseFrom(value), record.Offset.Value)) return true;
            if (consumer.Position(store) is not { IsSpecial: false } now || now.Value <= position) continue;
            (position, progressAt) = (now.Value, context.Time.GetTimestamp());
        }
        return true;
    }
}
