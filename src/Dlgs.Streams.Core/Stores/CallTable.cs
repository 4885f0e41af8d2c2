namespace Dlgs.Streams.Core.Stores;

/// <summary>One Call in the table.</summary>
internal struct CallSlot
{
    /// <summary>The Call's record; null: the slot is free.</summary>
    public byte[]? Record;
    public uint Hash;
    /// <summary>First of the Call's rows of ongoing dialogs + 1; 0: none.</summary>
    public int FirstRow;
    /// <summary>Its place in <see cref="DialogStore.Touched"/> of the open transaction + 1; 0: untouched.</summary>
    public int Touched;
    /// <summary>Its deadline and its neighbours in the deadline's second.</summary>
    public long Deadline;
    public int Previous;
    public int Next;
}

/// <summary>Calls by Call-ID, each as its record. One writer; any thread may look up.</summary>
internal sealed class CallTable : ISlotKeys
{
    private readonly SlotIndex index = new();
    private readonly Stack<int> free = new();
    private int used;

    public ChunkedArray<CallSlot> Slots { get; } = new();

    public int Count => used - free.Count;

    /// <summary>Slots that may be in use: 0 up to here.</summary>
    public int End => used;

    /// <summary>The slot of a Call, or -1; for the writer.</summary>
    public int Find(ReadOnlySpan<byte> callId, uint hash) => index.FindOwn(hash, callId, this);

    /// <summary>The record of a Call as it is now; any thread.</summary>
    public byte[]? FindRecord(ReadOnlySpan<byte> callId)
    {
        var slot = index.Find(ByteHash.Of(callId), callId, this);
        var record = slot < 0 ? null : Volatile.Read(ref Slots[slot].Record);
        return record is not null && CallCodec.CallIdOf(record).SequenceEqual(callId) ? record : null;
    }

    public int Add(byte[] record, uint hash)
    {
        if (!free.TryPop(out var slot))
        {
            slot = used;
            Slots.EnsureCapacity(slot + 1);
            Slots[slot] = new CallSlot { Record = record, Hash = hash, Deadline = long.MaxValue };
            Volatile.Write(ref used, slot + 1);
        }
        else
        {
            Slots[slot] = new CallSlot { Record = record, Hash = hash, Deadline = long.MaxValue };
        }
        index.Add(hash, slot);
        return slot;
    }

    public void Remove(int slot)
    {
        index.Remove(Slots[slot].Hash, slot);
        Slots[slot] = default;
        free.Push(slot);
    }

    bool ISlotKeys.HasKey(int slot, ReadOnlySpan<byte> key) => Slots[slot].Record is { } record && CallCodec.CallIdOf(record).SequenceEqual(key);
}
