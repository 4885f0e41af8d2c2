using Confluent.Kafka;
using Dlgs.Streams.Contracts.V1;
using Google.Protobuf;

namespace Dlgs.Streams.Kafka;

/// <summary>A partition record, and where it stands in the store's log.</summary>
internal readonly record struct PlacedRecord(PartitionRecord Record, long Offset);

/// <summary>Looks for partition records in stores' logs, without reading all of them. Blocks.</summary>
internal sealed class StoreTail(LaneContext context)
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>A transaction has its partition record first; so many records are looked at behind it, and ever more, back to the log's begin.</summary>
    private const int FirstWindow = 64;

    /// <summary>The last ones, committed or not, by partition, of those that have one and whose brokers show it in time.</summary>
    public Dictionary<TopicPartition, PlacedRecord> FindLast(IReadOnlyDictionary<TopicPartition, LogEnds> stores)
    {
        var found = new Dictionary<TopicPartition, PlacedRecord>();
        var open = stores.Where(store => store.Value.End > store.Value.Begin).ToDictionary();
        for (long window = FirstWindow; open.Count > 0; window *= 16)
        {
            var from = open.ToDictionary(store => store.Key, store => Math.Max(store.Value.Begin, store.Value.End - window));
            Read(from, open.ToDictionary(store => store.Key, store => store.Value.End), (store, record) => found[store] = record);
            foreach (var (store, ends) in open.ToArray())
                if (found.ContainsKey(store) || from[store] == ends.Begin) open.Remove(store);
        }
        return found;
    }

    /// <summary>The record at an offset, committed or not, if it is a partition record; null: it is another, or the brokers do not show it in time.</summary>
    public PartitionRecord? FindAt(TopicPartition store, long offset)
    {
        PartitionRecord? at = null;
        Read(new() { [store] = offset }, new() { [store] = offset + 1 }, (_, record) => at = record.Offset == offset ? record.Record : at);
        return at;
    }

    /// <summary>Until the ends, or until nothing comes any more; what is not committed too.</summary>
    private void Read(Dictionary<TopicPartition, long> from, Dictionary<TopicPartition, long> ends, Action<TopicPartition, PlacedRecord> take)
    {
        var config = context.Clients.RestoreConsumer();
        (config.IsolationLevel, config.ConsumeResultFields) = (IsolationLevel.ReadUncommitted, "topic");
        using var consumer = new ConsumerBuilder<byte[], byte[]>(config).BuildSilent();
        consumer.Assign(from.Select(start => new TopicPartitionOffset(start.Key, start.Value)));
        var progressAt = context.Time.GetTimestamp();
        while (ends.Count > 0 && context.Time.GetElapsedTime(progressAt) < Patience)
        {
            var record = consumer.Consume(Step);
            if (record?.Message is { Key: null or { Length: 0 }, Value: { } value } && TryParse(value) is { } found)
                take(record.TopicPartition, new PlacedRecord(found, record.Offset.Value));
            if (record is not null) progressAt = context.Time.GetTimestamp();
            // The position steps over what is never delivered: transaction markers, aborted records.
            foreach (var store in record is null ? ends.Keys.ToArray() : [record.TopicPartition])
                if (ends.TryGetValue(store, out var end) && consumer.Position(store) is { IsSpecial: false } position && position.Value >= end)
                    ends.Remove(store);
        }
    }

    /// <summary>Null: a stranger wrote it.</summary>
    private static PartitionRecord? TryParse(byte[] value)
    {
        try
        {
            return PartitionRecord.Parser.ParseFrom(value);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }
}
