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
    /// <summary>A bound kept something of it out, as its record says.</summary>
    public bool Overflow;
}

/// <summary>Calls by Call-ID, each as its record. One writer; any thread may look up.</summary>
internal sealed class CallTable : ISlotKeys
{
    private readonly SlotIndex index = new();
    private readonly Stack<int> free = new();
    private int used;
    private long recordBytes;
    private int overflowCount;

    public ChunkedArray<CallSlot> Slots { get; } = new();

    public int Count => used - free.Count;

    /// <summary>Bytes of all records; any thread.</summary>
    public long RecordBytes => Volatile.Read(ref recordBytes);

    /// <summary>Calls with <see cref="CallSlot.Overflow"/>; any thread.</summary>
    public int OverflowCount => Volatile.Read(ref overflowCount);

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

    /// <summary>First of a Call's rows of ongoing dialogs + 1, as it is now; 0: none. Any thread.</summary>
    public int FindFirstRow(ReadOnlySpan<byte> callId)
    {
        var slot = index.Find(ByteHash.Of(callId), callId, this);
        if (slot < 0) return 0;
        var first = Volatile.Read(ref Slots[slot].FirstRow);
        return Volatile.Read(ref Slots[slot].Record) is { } record && CallCodec.CallIdOf(record).SequenceEqual(callId) ? first : 0;
    }

    public int Add(byte[] record, bool overflow, uint hash)
    {
        if (!free.TryPop(out var slot))
        {
            slot = used;
            Slots.EnsureCapacity(slot + 1);
            Slots[slot] = new CallSlot { Record = record, Overflow = overflow, Hash = hash, Deadline = long.MaxValue };
            Volatile.Write(ref used, slot + 1);
        }
        else
        {
            Slots[slot] = new CallSlot { Record = record, Overflow = overflow, Hash = hash, Deadline = long.MaxValue };
        }
        index.Add(hash, slot);
        Sum(Slots[slot], +1);
        return slot;
    }

    public void Put(int slot, byte[] record, bool overflow)
    {
        ref var call = ref Slots[slot];
        Sum(call, -1);
        Volatile.Write(ref call.Record, record);
        call.Overflow = overflow;
        Sum(call, +1);
    }

    public void Remove(int slot)
    {
        index.Remove(Slots[slot].Hash, slot);
        Sum(Slots[slot], -1);
        Slots[slot] = default;
        free.Push(slot);
    }

    private void Sum(in CallSlot call, int sign)
    {
        Volatile.Write(ref recordBytes, recordBytes + sign * call.Record!.Length);
        if (call.Overflow) Volatile.Write(ref overflowCount, overflowCount + sign);
    }

    bool ISlotKeys.HasKey(int slot, ReadOnlySpan<byte> key) => Slots[slot].Record is { } record && CallCodec.CallIdOf(record).SequenceEqual(key);
}
