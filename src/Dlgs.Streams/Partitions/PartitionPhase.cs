namespace Dlgs.Streams.Partitions;

/// <summary>Where a partition stands in its life.</summary>
internal enum PartitionPhase
{
    /// <summary>Its store is being read from the changelog, or its take-over is not committed yet.</summary>
    Restoring,
    /// <summary>It takes events and answers.</summary>
    Active,
    /// <summary>It is being handed over.</summary>
    Draining,
    /// <summary>It cannot be run; the log says why, and what to do.</summary>
    Closed,
}

/// <summary>Which phase may follow which.</summary>
internal static class PartitionPhases
{
    /// <summary>
    /// Every partition may close, also one that is closed, for another reason. A closed one stays closed while it is read, until it is known to
    /// be well. One that drains is never active again: the group has given it away.
    /// </summary>
    public static bool MayMoveTo(this PartitionPhase from, PartitionPhase to) => to switch
    {
        PartitionPhase.Restoring => from is not PartitionPhase.Restoring,
        PartitionPhase.Active => from is PartitionPhase.Restoring or PartitionPhase.Closed,
        PartitionPhase.Draining => from is PartitionPhase.Active,
        PartitionPhase.Closed => true,
    };
}
