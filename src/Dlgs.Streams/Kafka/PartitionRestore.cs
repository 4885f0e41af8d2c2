using Confluent.Kafka;
using Dlgs.Streams.Contracts.V1;
using Google.Protobuf;

namespace Dlgs.Streams.Kafka;

/// <summary>
/// The restore of one partition's store. Its bound is the log end as it is with read_uncommitted: below it stands every committed record,
/// above the last stable offset too (KAFKA-10167); it is read with read_committed until the position gets there.
/// </summary>
internal sealed class PartitionRestore(LanePartition partition, TopicPartition changelog, LogEnds ends)
{
    /// <summary>Version of the rules that derive dialogs from facts: semantics section 2.</summary>
    public const int SemanticsVersion = 2;
    public const int SchemaVersion = 1;

    public LanePartition Partition => partition;

    public TopicPartition Changelog => changelog;

    public long Target => ends.End;

    /// <summary>Where the lane resumes; null: the store was never written.</summary>
    public PartitionRecord? Resume { get; private set; }

    public long Position { get; private set; } = ends.Begin;

    /// <summary>When it last made progress, in ticks of the monotonic clock.</summary>
    public long ProgressAt { get; set; }

    /// <summary>Why the store cannot be read; null: it can.</summary>
    public string? Failure { get; private set; }

    public bool IsOver => Position >= Target || Failure is not null;

    public void Take(byte[]? key, byte[]? value, long offset)
    {
        try
        {
            if (key is { Length: > 0 }) partition.Store.Restore(key, value);
            else if (value is not null) Resume = Check(PartitionRecord.Parser.ParseFrom(value));
            Position = offset + 1;
        }
        catch (Exception e) when (e is InvalidDataException or InvalidProtocolBufferException)
        {
            Failure = $"its store cannot be read at {changelog.Topic} [{changelog.Partition.Value}] offset {offset}: {e.Message}";
        }
    }

    /// <summary>The consumer's position, which steps over transaction markers; true if it moved.</summary>
    public bool MoveTo(Offset position)
    {
        if (position.IsSpecial || position.Value <= Position) return false;
        Position = position.Value;
        return true;
    }

    private static PartitionRecord Check(PartitionRecord record) =>
        record.SchemaVersion == SchemaVersion && record.SemanticsVersion == SemanticsVersion
            ? record
            : throw new InvalidDataException($"it was written with schema {record.SchemaVersion} and semantics {record.SemanticsVersion}, this program has {SchemaVersion} and {SemanticsVersion}. Run the version that wrote it, or begin anew under another topic_prefix.");

    public static byte[] Encode(LanePartition partition, int partitionCount) => new PartitionRecord
    {
        SchemaVersion = SchemaVersion,
        SemanticsVersion = SemanticsVersion,
        LogTimeUs = partition.Store.LogTime.Micros,
        NextOffset = partition.NextOffset,
        PartitionCount = partitionCount,
        Generation = partition.View.Generation,
    }.ToByteArray();
}
