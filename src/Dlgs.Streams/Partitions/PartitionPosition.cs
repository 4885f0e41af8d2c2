using Dlgs.Streams.Core.Dialogs;

namespace Dlgs.Streams.Partitions;

/// <summary>How far an answer, or a stream of changes, has come in one partition.</summary>
/// <param name="Partition">Its number.</param>
/// <param name="NextOffset">Of the next input record to process.</param>
/// <param name="LogTime">Deadlines up to here have passed; <see cref="LogTime.Start"/>: not known.</param>
internal readonly record struct PartitionPosition(int Partition, long NextOffset, LogTime LogTime)
{
    /// <summary>Of the next record of dialog-changes to read; below 0: not known.</summary>
    public long ChangeOffset { get; init; } = -1;

    /// <summary>
    /// Whether a change came later. Of one at the position itself that is not known: it did, rather than be lost. A record's deadlines may be
    /// spread over transactions, and then its log time says how far they have come.
    /// </summary>
    public bool IsBefore(long causeOffset, LogTime logTime) => causeOffset > NextOffset || (causeOffset == NextOffset && logTime >= LogTime);
}
