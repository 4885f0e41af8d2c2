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
    /// <summary>
    /// Version of the rules that derive dialogs from facts (src/Dlgs.Streams.Core/Dialogs/README.md). What was said under other rules cannot be gone on with: calls
    /// would change that nobody touched.
    /// </summary>
    public const int SemanticsVersion = 2;
    public const int SchemaVersion = 1;

    /// <summary>Why a record of a Call could not be read, of the first such; what is more, a partition record may say.</summary>
    private string? unreadable;

    public LanePartition Partition => partition;

    public TopicPartition Changelog => changelog;

    public long Target => ends.End;

    /// <summary>Where the lane resumes; null: the store was never written.</summary>
    public PartitionRecord? Resume { get; private set; }

    public long Position { get; private set; } = ends.Begin;

    /// <summary>When it last made progress, in ticks of the monotonic clock.</summary>
    public long ProgressAt { get; set; }

    /// <summary>Why the store cannot be read; null: it can.</summary>
    public string? Failure => Refusal is null && IsOver ? unreadable : null;

    /// <summary>Why this program cannot have the store, nor any partition of it; null: it can.</summary>
    public string? Refusal { get; private set; }

    public bool IsOver => Position >= Target || Refusal is not null;

    public void Take(byte[]? key, byte[]? value, long offset)
    {
        Position = offset + 1;
        try
        {
            if (key is not { Length: > 0 }) Take(value);
            else if (unreadable is null) partition.Store.Restore(key, value);
        }
        // Whatever it is: the lane and its other partitions go on.
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            unreadable ??= $"its store cannot be read at {changelog.Topic} [{changelog.Partition.Value}] offset {offset}: {e.Message}";
        }
    }

    private void Take(byte[]? value)
    {
        if (value is null) return;
        Resume = PartitionRecord.Parser.ParseFrom(value);
        if (Resume.SchemaVersion == SchemaVersion && Resume.SemanticsVersion == SemanticsVersion) return;
        Refusal = $"{changelog.Topic} [{changelog.Partition.Value}] was written under semantics version {Resume.SemanticsVersion} (schema {Resume.SchemaVersion}), "
            + $"and this program goes by version {SemanticsVersion} (schema {SchemaVersion}): calls of one set of rules cannot be gone on with under another. "
            + "Nothing was changed. To go on as before, run the version of the program that wrote it. To move to this one, give it another topic_prefix, "
            + "where it begins with an empty store: point the proxies there, and write there again what the old sip-events still has of the calls that are up.";
    }

    /// <summary>The consumer's position, which steps over transaction markers; true if it moved.</summary>
    public bool MoveTo(Offset position)
    {
        if (position.IsSpecial || position.Value <= Position) return false;
        Position = position.Value;
        return true;
    }

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
