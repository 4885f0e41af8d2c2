using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Partitions;
using Dlgs.Streams.Records;

namespace Dlgs.Streams.Kafka;

/// <summary>What a change means to one who follows those after a position.</summary>
internal enum SearchStep
{
    /// <summary>It is after the position, and all before it that are have been read.</summary>
    Take,
    /// <summary>It is not after the position.</summary>
    Skip,
    /// <summary>It is, but changes before it may be too: read from <see cref="ChangeSearch.Start"/>, which is further back.</summary>
    GoBack,
    /// <summary>It is, and what was before it was deleted.</summary>
    AtDeleted,
}

/// <summary>
/// Where the changes after a position begin in one partition of dialog-changes. They stand there in the order of their causes, so reading may
/// begin at any that is not after the position. Its place is guessed, and each guess that was too late is followed by one further back.
/// </summary>
internal sealed class ChangeSearch
{
    /// <summary>Offsets before the first guess: some are marks of transactions, which are never delivered.</summary>
    private const long FirstStep = 64;

    private const int Growth = 4;

    private readonly PartitionPosition position;
    private readonly long begin;
    private long step = FirstStep;
    private bool isFound;

    private ChangeSearch(PartitionPosition position, long begin) => (this.position, this.begin) = (position, begin);

    /// <summary>Offset in dialog-changes where to read.</summary>
    public long Start { get; private set; }

    public PartitionPosition Position => position;

    /// <summary>Where a stream stands that has read nothing yet.</summary>
    public PartitionPosition PositionAtStart => isFound ? position with { ChangeOffset = Start } : position;

    /// <summary>The log had changes, and has none; and it is not known that they were before the position.</summary>
    public bool IsAllDeleted => isFound && Start == begin && !IsBeginKnown;

    /// <summary>Nothing after the position can have been deleted.</summary>
    private bool IsBeginKnown => begin == 0 || position.ChangeOffset >= begin;

    /// <param name="position">The one after which changes are wanted.</param>
    /// <param name="log">Of dialog-changes.</param>
    /// <param name="guess">An offset near the first of them; null: nobody knows one.</param>
    public static ChangeSearch Around(PartitionPosition position, LogEnds log, long? guess) => new(position, log.Begin)
    {
        Start = Math.Max(log.Begin, Math.Min(guess ?? log.End, log.End) - FirstStep),
        isFound = log.Begin == log.End,
    };

    /// <summary>Nothing that was committed before this offset is after the position.</summary>
    public static ChangeSearch At(PartitionPosition position, long offset) =>
        new(position with { ChangeOffset = offset }, offset) { Start = offset, isFound = true };

    /// <summary>The next record from <see cref="Start"/> on.</summary>
    public SearchStep Look(DialogChange change)
    {
        var isAfter = position.IsBefore(change.Cause.Offset, change.LogTimeOf());
        if (isFound) return isAfter ? SearchStep.Take : SearchStep.Skip;
        if (!isAfter || (Start == begin && IsBeginKnown))
        {
            isFound = true;
            return isAfter ? SearchStep.Take : SearchStep.Skip;
        }
        if (Start == begin) return SearchStep.AtDeleted;
        step *= Growth;
        Start = Math.Max(begin, Start - step);
        return SearchStep.GoBack;
    }

    /// <summary>What was deleted was not after the position either.</summary>
    public void AcceptBegin() => isFound = true;
}
