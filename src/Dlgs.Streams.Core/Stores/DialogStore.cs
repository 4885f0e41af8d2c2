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
}

/// <summary>A Call that the open transaction touched: its Call-ID's bytes and its record; null: a tombstone.</summary>
public readonly record struct TouchedCall(ReadOnlyMemory<byte> CallId, byte[]? Record);

/// <summary>
/// The dialogs of one partition. One thread writes (Merge, Advance, Commit, Rollback, Restore); any thread may ask (Count, Find, List).
/// Between two Commits the store remembers what it was, so that an aborted transaction never happened.
/// </summary>
public sealed class DialogStore(int partition, Lifetimes lifetimes)
{
    public int Partition => partition;
    public Lifetimes Lifetimes => lifetimes;

    /// <summary>Log time reached: every deadline at or before it has fired.</summary>
    public LogTime LogTime { get; private set; } = LogTime.Start;

    /// <summary>The earliest deadline; <see cref="LogTime.Never"/> if there is none.</summary>
    public LogTime EarliestDeadline => throw new NotImplementedException();

    /// <summary>Number of Calls held.</summary>
    public int CallCount => throw new NotImplementedException();

    /// <summary>Changes since the last Commit or Rollback, in order.</summary>
    public IReadOnlyList<DialogChange> Changes => throw new NotImplementedException();

    /// <summary>Calls touched since the last Commit or Rollback, each once, with their latest record.</summary>
    public IEnumerable<TouchedCall> Touched => throw new NotImplementedException();

    /// <summary>
    /// Fires the deadlines at or before <paramref name="to"/>, each at its own time, and moves the log time there. Fires at most
    /// <paramref name="limit"/> of them: false if more are due, with the log time at the last one fired; call again (with the same arguments) to go on.
    /// A time before <see cref="LogTime"/> moves nothing.
    /// </summary>
    public bool Advance(LogTime to, Cause cause, int limit = int.MaxValue) => throw new NotImplementedException();

    /// <summary>Merges a message at the current <see cref="LogTime"/>: Advance to the record's time first.</summary>
    public MergeOutcome Merge(in SipMessage message, Cause cause) => throw new NotImplementedException();

    /// <summary>Merges a tag event at the current <see cref="LogTime"/>.</summary>
    public MergeOutcome Merge(in TagMessage message, Cause cause) => throw new NotImplementedException();

    /// <summary>The transaction is committed: forgets what was before it.</summary>
    public void Commit() => throw new NotImplementedException();

    /// <summary>The transaction is aborted: everything since the last Commit never happened, the log time included.</summary>
    public void Rollback() => throw new NotImplementedException();

    /// <summary>Takes one record of the changelog; null: a tombstone. The last one of a Call-ID counts. Throws <see cref="InvalidDataException"/> for bytes that are no record.</summary>
    public void Restore(ReadOnlySpan<byte> callId, byte[]? record) => throw new NotImplementedException();

    /// <summary>Takes the log time of the partition record. Its deadlines have fired already.</summary>
    public void RestoreLogTime(LogTime logTime) => LogTime = logTime;

    /// <summary>The dialogs of a Call that have not left yet; any thread.</summary>
    public IReadOnlyList<Dialog> Find(ReadOnlySpan<byte> callId) => throw new NotImplementedException();
}
