using Dlgs.Streams.Contracts.V1;

namespace Dlgs.Streams.Partitions;

/// <summary>The changes that the whole cluster has committed, whoever owns the partitions.</summary>
internal interface ICommittedChanges
{
    /// <summary>
    /// Follows those after these positions; in a partition without one, those that are committed from now on. Blocks, for seconds at the most.
    /// </summary>
    /// <exception cref="ChangesException">They cannot be followed from there, or not now.</exception>
    IChangeFeed Follow(IReadOnlyCollection<PartitionPosition> positions);
}

/// <summary>The changes of one reader, and nothing that it has not asked for. For one thread.</summary>
internal interface IChangeFeed : IDisposable
{
    /// <summary>Where it stands in every partition, by number: all that it gave is before them, and all that is left after them.</summary>
    IReadOnlyList<PartitionPosition> Positions { get; }

    /// <summary>The next change, those of a partition in their order; null: none came in time.</summary>
    /// <exception cref="ChangesException">It cannot go on.</exception>
    DialogChange? Next(TimeSpan timeout);
}

/// <summary>Why changes cannot be followed.</summary>
internal enum ChangeFault
{
    /// <summary>The brokers do not say or give what is asked for; another time they may.</summary>
    Unavailable,
    /// <summary>Changes after the position were deleted, or may have been.</summary>
    Deleted,
    /// <summary>The position is beyond the end of the input: it is not of this log.</summary>
    Unwritten,
}

/// <summary>Changes cannot be followed, in words for the reader.</summary>
internal sealed class ChangesException(ChangeFault fault, string message) : Exception(message)
{
    public ChangeFault Fault => fault;
}
