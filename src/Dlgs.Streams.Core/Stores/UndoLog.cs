using Dlgs.Streams.Core.Dialogs;

namespace Dlgs.Streams.Core.Stores;

/// <summary>What the Calls touched since the last Commit were before: the old references, in order of the first touch.</summary>
internal sealed class UndoLog
{
    private const int Gone = -1;
    private readonly List<(int Slot, byte[]? Before)> entries = [];

    /// <summary>Log time at the last Commit.</summary>
    public LogTime LogTime { get; private set; } = LogTime.Start;

    public int Count => entries.Count;

    public (int Slot, byte[]? Before) this[int i] => entries[i];

    /// <summary>Notes what a Call was, at its first touch only; null: it was not there.</summary>
    public void Touch(CallTable calls, int slot, byte[]? before)
    {
        ref var touched = ref calls.Slots[slot].Touched;
        if (touched != 0) return;
        entries.Add((slot, before));
        touched = entries.Count;
    }

    /// <summary>A touched Call is forgotten: its slot may become another's.</summary>
    public void Release(CallTable calls, int slot)
    {
        var entry = calls.Slots[slot].Touched - 1;
        entries[entry] = (Gone, entries[entry].Before);
        calls.Slots[slot].Touched = 0;
    }

    public IEnumerable<TouchedCall> Touched(CallTable calls)
    {
        foreach (var (slot, before) in entries)
        {
            if (slot != Gone) yield return new TouchedCall(CallCodec.CallIdMemoryOf(calls.Slots[slot].Record!), calls.Slots[slot].Record);
            else if (before is not null) yield return new TouchedCall(CallCodec.CallIdMemoryOf(before), null);
        }
    }

    public void Clear(CallTable calls, LogTime logTime)
    {
        foreach (var (slot, _) in entries)
            if (slot != Gone) calls.Slots[slot].Touched = 0;
        entries.Clear();
        LogTime = logTime;
    }
}
