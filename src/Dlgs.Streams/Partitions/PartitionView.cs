using System.Runtime.CompilerServices;
using Dlgs.Streams.Core.Stores;

namespace Dlgs.Streams.Partitions;

/// <summary>How many offsets of its store's log are to be read, and how many of them are left.</summary>
internal readonly record struct RestoreProgress(long Total, long Left);

/// <summary>One partition of this instance, as queries see it. Written by its lane, read by any thread.</summary>
internal sealed class PartitionView(int partition)
{
    private long processed = -1;
    private long committed = -1;
    private long provenAt;
    private long read = -1;
    private long lag = -1;
    private long stalledSince;
    private int phase = (int)PartitionPhase.Restoring;
    private int rollbacks;
    private DialogStore? store;
    private StrongBox<FinalCounts> final = new();
    private StrongBox<RestoreProgress> restore = new();

    public int Partition => partition;

    /// <summary>Which lane of the instance has it: the lane's partitions take turns.</summary>
    public int Lane { get; init; }

    /// <summary>Counts the take-overs of the partition, this one's too once it is committed; the highest is the owner. 0: it does not answer yet.</summary>
    public long Generation { get; set; }

    public PartitionPhase Phase => (PartitionPhase)Volatile.Read(ref phase);

    /// <summary>Offset of the next record to process; reads include what is not committed yet.</summary>
    public long ProcessedOffset { get => Volatile.Read(ref processed); set => Volatile.Write(ref processed, value); }

    /// <summary>Offset of the next record after the last committed transaction.</summary>
    public long CommittedOffset { get => Volatile.Read(ref committed); set => Volatile.Write(ref committed, value); }

    /// <summary>
    /// Offset that its consumer would read next: like that of the next record to process,
    /// and beyond what is never delivered, as the marks of transactions.
    /// </summary>
    public long ReadPosition { get => Volatile.Read(ref read); set => Volatile.Write(ref read, value); }

    /// <summary>Offsets from there to the end of the input, as last asked; -1: not known.</summary>
    public long Lag { get => Volatile.Read(ref lag); set => Volatile.Write(ref lag, value); }

    /// <summary>Since when it stands still though the input goes on; null: it does not.</summary>
    public DateTimeOffset? StalledSince
    {
        get => Volatile.Read(ref stalledSince) is var ticks && ticks == 0 ? null : new DateTimeOffset(ticks, TimeSpan.Zero);
        set => Volatile.Write(ref stalledSince, value?.UtcTicks ?? 0);
    }

    /// <summary>When the group was last known to have its lane, in ticks of the monotonic clock.</summary>
    public long ProvenAt { get => Volatile.Read(ref provenAt); set => Volatile.Write(ref provenAt, value); }

    /// <summary>Dialogs whose first settled change was committed, since its store began.</summary>
    public FinalCounts Final { get => Volatile.Read(ref final).Value; set => Volatile.Write(ref final, new StrongBox<FinalCounts>(value)); }

    /// <summary>
    /// How often its store went back to the last commit, twice: odd while it does. What was read meanwhile may be older than the position that was read
    /// before it.
    /// </summary>
    public int Rollbacks => Volatile.Read(ref rollbacks);

    /// <summary>While it is being restored: how far. Empty: it is not read yet.</summary>
    public RestoreProgress Restore { get => Volatile.Read(ref restore).Value; set => Volatile.Write(ref restore, new StrongBox<RestoreProgress>(value)); }

    /// <summary>Null until it was restored.</summary>
    public DialogStore? Store { get => Volatile.Read(ref store); set => Volatile.Write(ref store, value); }

    /// <summary>The store goes back, and then its positions.</summary>
    public void RollBack(Action goBack)
    {
        Interlocked.Increment(ref rollbacks);
        goBack();
        Interlocked.Increment(ref rollbacks);
    }

    /// <summary>The one path on which the phase changes. A move that no partition's life has is a fault of the program.</summary>
    /// <exception cref="InvalidOperationException">No such move; it names both phases.</exception>
    public void MoveTo(PartitionPhase next)
    {
        if (!Phase.MayMoveTo(next)) throw new InvalidOperationException($"Partition {partition} is {Phase} and cannot become {next}.");
        Volatile.Write(ref phase, (int)next);
    }
}
