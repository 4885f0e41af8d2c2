using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Core.Stores;
using Dlgs.Streams.Partitions;
using Dlgs.Streams.Records;
using PartitionPhase = Dlgs.Streams.Partitions.PartitionPhase;

namespace Dlgs.Streams.Kafka;

/// <summary>A record that could not be used, with its origin; with the exception where it was one.</summary>
internal sealed record DeadLetter(byte[]? Key, byte[]? Value, long Offset, long TimestampMs, EventFailure Failure, string? Exception = null);

/// <summary>One partition in a lane: its store, its place in the input, and what the open transaction holds of it.</summary>
internal sealed class LanePartition(int lane, int partition, Lifetimes lifetimes, Bounds bounds, TimeProvider time)
{
    public int Partition => partition;

    public PartitionView View { get; } = new(partition) { Lane = lane };

    public DialogStore Store { get; private set; } = new(partition, lifetimes, bounds);

    /// <summary>What the brokers said of it when it was taken over.</summary>
    public PartitionFacts? Facts { get; set; }

    /// <summary>The topics' ids that its store was written with.</summary>
    public PinnedTopics? Pinned { get; set; }

    /// <summary>Why it stands still, or did until lately.</summary>
    public PartitionClosing Closing { get; } = new(time);

    /// <summary>Input records that the operator let it go on without; counted once that is committed.</summary>
    public long GapRecords { get; set; }

    /// <summary>When it first stopped at a record without the broker's time, in ticks of the monotonic clock; null: the last record had it.</summary>
    public long? ClosedForTimesAt { get; set; }

    /// <summary>The owner has stopped in good order, and says so in its last record.</summary>
    public bool IsReleased { get; set; }

    /// <summary>Offset of the next record to process.</summary>
    public long NextOffset { get; set; }

    /// <summary>Its value at the last commit.</summary>
    public long CommittedOffset { get; private set; }

    /// <summary>When that was, in ticks of the monotonic clock; 0: not here yet.</summary>
    public long CommittedAt { get; set; }

    /// <summary>Something was processed since the last commit.</summary>
    public bool IsDirty { get; set; }

    /// <summary>Counts the take-overs of the partition; 0: it was never active here.</summary>
    public long Generation { get; private set; }

    /// <summary>Its generation is in the changelog. Until then it answers nobody: the owner before may not know yet that it is none.</summary>
    public bool IsTakenOver { get; private set; }

    /// <summary>What the open transaction makes of it.</summary>
    public FinalCounts FinalSoon => View.Final + Store.FirstSettled;

    /// <summary>What the records of the open transaction did.</summary>
    public RecordEffects Effects { get; } = new();

    public List<DeadLetter> DeadLetters { get; } = [];

    public long DeadLetterBytes { get; private set; }

    /// <summary>When the last record came, and the last tick was sent, in ticks of the monotonic clock.</summary>
    public long LastRecordAt { get; set; }

    public long LastTickAt { get; set; }

    /// <summary>A record came since the partition became active: the log time is the broker's present one.</summary>
    public bool HasSeenRecord { get; set; }

    /// <summary>Where the program last threw; a second time there is the last. One is enough: it is committed as soon as the lane is past it.</summary>
    public long FailedAt { get; set; } = -1;

    /// <summary>A transaction was refused for good, and it may be this partition's fault: it has transactions of its own until it is past that.</summary>
    public bool IsAlone { get; private set; }

    /// <summary>The offset after what was refused.</summary>
    public long SuspectUntil { get; private set; }

    /// <summary>Counts how often it went back: a record that was fetched before is to be dropped.</summary>
    public int Rewinds { get; private set; }

    /// <summary>Its input is being processed.</summary>
    public bool IsActive { get; private set; }

    /// <summary>The one path on which a partition becomes active.</summary>
    public void Activate(long nextOffset, PartitionRecord? resume, long now)
    {
        NextOffset = CommittedOffset = nextOffset;
        (LastRecordAt, LastTickAt, HasSeenRecord, IsDirty, IsTakenOver, IsReleased) = (now, now, false, false, false, false);
        View.ProcessedOffset = View.CommittedOffset = View.ReadPosition = nextOffset;
        Generation = (resume?.Generation ?? 0) + 1;
        View.Final = resume is null ? default : new FinalCounts(resume.SettledTerminated, resume.SettledNotAnswered);
        View.ProvenAt = now;
        View.Store = Store;
        IsActive = true;
    }

    /// <summary>It is being handed over.</summary>
    public void Drain()
    {
        IsActive = false;
        if (View.Phase == PartitionPhase.Active) View.MoveTo(PartitionPhase.Draining);
    }

    /// <summary>Stands still; returns for how long. With the offset of the record that stopped it, if it was one.</summary>
    public TimeSpan Close(Closure closure, long atOffset = -1)
    {
        View.MoveTo(PartitionPhase.Closed);
        Drop();
        return Closing.Close(closure, atOffset);
    }

    /// <summary>Drops what it knows, to read it again from the changelog.</summary>
    public void Forget()
    {
        if (View.Phase != PartitionPhase.Restoring) View.MoveTo(PartitionPhase.Restoring);
        Drop();
    }

    public void Put(DeadLetter letter)
    {
        DeadLetters.Add(letter);
        DeadLetterBytes += (letter.Key?.Length ?? 0) + (letter.Value?.Length ?? 0);
    }

    public void Suspect() => (IsAlone, SuspectUntil) = (true, Math.Max(SuspectUntil, NextOffset));

    public void Committed()
    {
        View.Final = FinalSoon;
        Store.Commit();
        CommittedOffset = View.CommittedOffset = NextOffset;
        if (!IsTakenOver) TakenOver();
        IsAlone &= NextOffset < SuspectUntil;
        EndTransaction();
    }

    /// <summary>The transaction never happened.</summary>
    public void RolledBack()
    {
        View.RollBack(() =>
        {
            Store.Rollback();
            NextOffset = View.ProcessedOffset = CommittedOffset;
        });
        Rewinds++;
        EndTransaction();
    }

    private void TakenOver()
    {
        IsTakenOver = true;
        View.Generation = Generation;
        if (IsActive) View.MoveTo(PartitionPhase.Active);
    }

    private void Drop()
    {
        IsActive = false;
        View.Generation = 0;
        View.Store = null;
        View.Restore = default;
        Store = new DialogStore(partition, lifetimes, bounds);
        Rewinds++;
        EndTransaction();
    }

    private void EndTransaction()
    {
        Effects.Clear();
        DeadLetters.Clear();
        DeadLetterBytes = 0;
        IsDirty = false;
    }
}
