using Confluent.Kafka;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Logging;
using Dlgs.Streams.Partitions;

namespace Dlgs.Streams.Kafka;

/// <summary>
/// The restore of one partition's store. Its bound is the log end as it is with read_uncommitted: below it stands every committed record,
/// above the last stable offset too (KAFKA-10167); it is read with read_committed until the position gets there.
/// </summary>
internal sealed class PartitionRestore(LanePartition partition, TopicPartition changelog, LogEnds ends, string group)
{
    /// <summary>
    /// Version of the rules that derive dialogs from facts (README.md of Core/Dialogs). What was said under other rules cannot be gone on with:
    /// calls would change that nobody touched.
    /// </summary>
    public const int SemanticsVersion = 2;
    public const int SchemaVersion = 1;

    /// <summary>Why a record of a Call could not be read, of the first such; what is more, a partition record may say.</summary>
    private Closure? unreadable;

    public LanePartition Partition => partition;

    public TopicPartition Changelog => changelog;

    public long Target => ends.End;

    /// <summary>Where the lane resumes; null: the store was never written.</summary>
    public PartitionRecord? Resume { get; private set; }

    public long Position { get; private set; } = ends.Begin;

    /// <summary>When it last made progress, in ticks of the monotonic clock.</summary>
    public long ProgressAt { get; set; }

    /// <summary>Why the store cannot be read; null: it can.</summary>
    public Closure? Failure => Refusal is null && IsOver ? unreadable : null;

    /// <summary>Why this program cannot have the store, nor any partition of it; null: it can.</summary>
    public string? Refusal { get; private set; }

    public bool IsOver => Position >= Target || Refusal is not null;

    public void ShowProgress() => partition.View.Restore = new RestoreProgress(Target - ends.Begin, Target - Position);

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
            var why = Mask.Always.Text(e.Message);
            unreadable ??= new Closure("store", $"its store cannot be read at {changelog.Topic} [{changelog.Partition.Value}] offset {offset}: {why}",
                "It opens with a version that can read it, or once that record's key has a readable one, or a tombstone, behind it");
        }
    }

    private void Take(byte[]? value)
    {
        if (value is null) return;
        Resume = PartitionRecord.Parser.ParseFrom(value);
        if (Resume.SchemaVersion == SchemaVersion && Resume.SemanticsVersion == SemanticsVersion)
        {
            if (Resume.Group.Length > 0 && Resume.Group != group) Refusal = OtherGroup(Resume);
            return;
        }
        Refusal = $"{changelog.Topic} [{changelog.Partition.Value}] was written "
            + $"under semantics version {Resume.SemanticsVersion} (schema {Resume.SchemaVersion}), "
            + $"and this program goes by version {SemanticsVersion} (schema {SchemaVersion}): calls of one set of rules cannot be gone on with under another. "
            + "Nothing was changed. To go on as before, run the version of the program that wrote it. To move to this one, give it another topic_prefix, "
            + "where it begins with an empty store: point the proxies there, and write there again what the old sip-events still has of the calls that are up.";
    }

    /// <summary>Two groups would each take every partition, and say every change twice.</summary>
    private string OtherGroup(PartitionRecord record) =>
        $"{changelog.Topic} [{changelog.Partition.Value}] belongs to group {record.Group} "
            + $"(last written by {record.Owner}, {record.Process}), and this instance is of group {group}: a topic_prefix has one group. "
            + "Nothing was changed. Leave out the setting group, or set it to that; another service needs another topic_prefix.";

    /// <summary>The consumer's position, which steps over transaction markers; true if it moved.</summary>
    public bool MoveTo(Offset position)
    {
        if (position.IsSpecial || position.Value <= Position) return false;
        Position = position.Value;
        return true;
    }

}
