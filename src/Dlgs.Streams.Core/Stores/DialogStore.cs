using Dlgs.Streams.Core.Dialogs;

namespace Dlgs.Streams.Core.Stores;

/// <summary>What a merge did.</summary>
public enum MergeOutcome : byte
{
    /// <summary>A fact was added.</summary>
    Merged,
    /// <summary>Everything it says was known.</summary>
    Known,
    /// <summary>A message that says nothing about a call (OPTIONS, INFO ...).</summary>
    NoFact,
    /// <summary>The Call is full, and takes only the ends of dialogs that it knows (README.md of Dialogs, "Full").</summary>
    Full,
}

/// <summary>A Call that the open transaction touched.</summary>
/// <param name="CallId">The bytes of its Call-ID: the key in the store's topic.</param>
/// <param name="Record">Its record (message CallRecord of dialog_store.proto); null: it was forgotten, a tombstone.</param>
public readonly record struct TouchedCall(ReadOnlyMemory<byte> CallId, byte[]? Record);

/// <summary>
/// The dialogs of one partition. One thread writes (Merge, Advance, Commit, Rollback, Restore); any thread may ask (Find, and Queries).
/// Between two Commits the store remembers what it was, so that an aborted transaction never happened.
/// </summary>
public sealed partial class DialogStore
{
    private readonly CallTable calls = new();
    private readonly Deadlines deadlines;
    private readonly DialogIndex index = new();
    private readonly Reporting reporting;
    private readonly CallCodec codec = new();
    private readonly Call scratch;
    private readonly UndoLog undo = new();
    private readonly List<DialogChange> changes = [];
    /// <summary>The record that the scratch Call is equal to; null: none.</summary>
    private byte[]? loaded;
    private LogTime scratchDeadline;
    private long logTime = LogTime.Start.Micros;

    /// <summary>An empty store at <see cref="LogTime.Start"/>.</summary>
    /// <param name="partition">Which partition's.</param>
    /// <param name="lifetimes">When a call without signs has expired, and when a finished one leaves.</param>
    /// <param name="bounds">How much is kept of a Call; null: <see cref="Bounds.Default"/>.</param>
    public DialogStore(int partition, Lifetimes lifetimes, Bounds? bounds = null)
    {
        (Partition, Lifetimes, Bounds) = (partition, lifetimes, bounds ?? Bounds.Default);
        scratch = new Call(Bounds);
        reporting = new Reporting(lifetimes);
        deadlines = new Deadlines(calls);
    }

    /// <summary>The partition whose dialogs it has.</summary>
    public int Partition { get; }

    /// <summary>As it was made with.</summary>
    public Lifetimes Lifetimes { get; }

    /// <summary>As it was made with.</summary>
    public Bounds Bounds { get; }

    /// <summary>Log time reached: every deadline at or before it has fired.</summary>
    public LogTime LogTime => new(Volatile.Read(ref logTime));

    /// <summary>The earliest deadline; <see cref="LogTime.Never"/> if there is none. For the writer.</summary>
    public LogTime EarliestDeadline => new(deadlines.Earliest);

    /// <summary>The Call whose deadline is the next to fire at the current log time; empty: none. For the writer, who asks when Advance threw on it.</summary>
    public ReadOnlySpan<byte> DueCallId => deadlines.TryPeek(LogTime.Micros, out var slot, out _) ? CallCodec.CallIdOf(calls.Slots[slot].Record!) : [];

    /// <summary>Calls forgotten without ever having had a dialog, since the store began here.</summary>
    public long ForgottenWithoutDialog { get; private set; }

    /// <summary>Changes since the last Commit or Rollback, in order.</summary>
    public IReadOnlyList<DialogChange> Changes => changes;

    /// <summary>Dialogs whose first settled change is one of <see cref="Changes"/>.</summary>
    public FinalCounts FirstSettled => FinalCounts.FirstSettledIn(changes);

    /// <summary>Calls touched since the last Commit or Rollback with their latest record; of one forgotten and made anew the tombstone comes first.</summary>
    public IEnumerable<TouchedCall> Touched => undo.Touched(calls);

    internal CallTable Calls => calls;

    /// <summary>Rows that were walked over since the beginning.</summary>
    internal long Walked => scratch.Walked + reporting.Walked;

    /// <summary>Rows and texts of the Call that was touched last.</summary>
    internal int LastSize => scratch.Size;

    internal DialogIndex Index => index;

    /// <summary>
    /// Fires the deadlines at or before <paramref name="to"/>, each at its own time, and moves the log time there. Fires at most
    /// <paramref name="limit"/> of them: false if more are due, with the log time at the last one fired; call again (with the same arguments) to go on.
    /// A time before <see cref="LogTime"/> moves nothing.
    /// </summary>
    public bool Advance(LogTime to, Cause cause, int limit = int.MaxValue)
    {
        if (to < LogTime) to = LogTime;
        for (var fired = 0; deadlines.TryPeek(to.Micros, out var slot, out var deadline); fired++)
        {
            if (fired == limit) return false;
            // Never back: after a late fact a deadline may lie before the log time.
            if (deadline > logTime) SetLogTime(new LogTime(deadline));
            Load(calls.Slots[slot].Record!);
            Update(slot, calls.Slots[slot].Hash, cause);
        }
        SetLogTime(to);
        return true;
    }

    /// <summary>The transaction is committed: forgets what was before it.</summary>
    public void Commit()
    {
        undo.Clear(calls, LogTime);
        changes.Clear();
    }

    /// <summary>The transaction is aborted: everything since the last Commit never happened, the log time included.</summary>
    public void Rollback()
    {
        // A merge that threw may have left half a message in the scratch.
        loaded = null;
        for (var i = undo.Count - 1; i >= 0; i--)
        {
            var (slot, before) = undo[i];
            if (slot >= 0) calls.Slots[slot].Touched = 0;
            if (before is null) { if (slot >= 0) Replace(slot, calls.Slots[slot].Hash, null); }
            else
            {
                Load(before);
                Replace(slot, slot >= 0 ? calls.Slots[slot].Hash : ByteHash.Of(scratch.CallId), before);
            }
        }
        SetLogTime(undo.LogTime);
        undo.Clear(calls, LogTime);
        changes.Clear();
    }

    /// <summary>Takes one record of the changelog: the last one of a Call-ID counts.</summary>
    /// <param name="callId">Its key.</param>
    /// <param name="record">Its value, which the store keeps; null: a tombstone.</param>
    /// <exception cref="InvalidDataException">The bytes are no record, or another Call's.</exception>
    public void Restore(ReadOnlySpan<byte> callId, byte[]? record)
    {
        var hash = ByteHash.Of(callId);
        var slot = calls.Find(callId, hash);
        if (record is null)
        {
            if (slot >= 0) Replace(slot, hash, null);
            return;
        }
        Load(record);
        if (!scratch.CallId.SequenceEqual(callId)) throw new InvalidDataException("The record of a call has another Call-ID than its key.");
        Replace(slot, hash, record);
    }

    /// <summary>Takes the log time of the partition record. Its deadlines have fired already.</summary>
    public void RestoreLogTime(LogTime restored)
    {
        SetLogTime(restored);
        undo.Clear(calls, restored);
    }

    /// <summary>Whatever begins to count from now on does so after this time: what a former owner was asked up to is not known here.</summary>
    public void BeginsAfter(LogTime takenOver) => index.Arrivals.Observe(takenOver.Micros);

    private int LoadOrBegin(ReadOnlySpan<byte> callId, out uint hash)
    {
        hash = ByteHash.Of(callId);
        var slot = calls.Find(callId, hash);
        if (slot >= 0)
        {
            Load(calls.Slots[slot].Record!);
            return slot;
        }
        Begin(callId);
        return slot;
    }

    private void Begin(ReadOnlySpan<byte> callId)
    {
        scratch.Clear();
        scratch.CallId = callId;
        loaded = null;
    }

    private void Load(byte[] record)
    {
        // Every hop is mirrored twice: the next message is often of the same Call.
        if (ReferenceEquals(loaded, record)) return;
        loaded = null;
        CallCodec.Decode(record, scratch, out scratchDeadline);
        loaded = record;
    }

    /// <summary>The scratch Call has news, or its deadline came: report, and put it back.</summary>
    private void Update(int slot, uint hash, Cause cause)
    {
        loaded = null;
        reporting.Conclude(scratch, LogTime, cause, changes);
        scratchDeadline = reporting.NextDeadline;
        var before = slot >= 0 ? calls.Slots[slot].Record : null;
        if (slot >= 0) undo.Touch(calls, slot, before);
        if (!reporting.IsOver)
        {
            var record = codec.Encode(scratch, scratchDeadline);
            slot = Replace(slot, hash, record, LogTime);
            if (before is null) undo.Touch(calls, slot, null);
            loaded = record;
            return;
        }
        if (scratch.Reports.Count == 0) ForgottenWithoutDialog++;
        if (slot < 0) return;
        undo.Release(calls, slot);
        Replace(slot, hash, null);
    }

    /// <summary>
    /// The one path on which a Call comes, changes and goes: table, index and deadline move together, live, on restore and on undo.
    /// Only live it is known when it came.
    /// </summary>
    private int Replace(int slot, uint hash, byte[]? record, LogTime? now = null)
    {
        if (record is null)
        {
            index.Replace(ref calls.Slots[slot].FirstRow, null, now);
            deadlines.Set(slot, long.MaxValue);
            calls.Remove(slot);
            return -1;
        }
        if (slot < 0) slot = calls.Add(record, scratch.Overflow, hash);
        else calls.Put(slot, record, scratch.Overflow);
        index.Replace(ref calls.Slots[slot].FirstRow, scratch, now);
        deadlines.Set(slot, scratchDeadline.Micros);
        return slot;
    }

    private void SetLogTime(LogTime time) => Volatile.Write(ref logTime, time.Micros);
}
