namespace Dlgs.Streams.Core.Stores;

/// <summary>
/// The table of distinct values, so that expensive operators run over values, not dialogs. Slots are reused when nobody has a value any
/// more. One writer; readers look up and walk without waiting for it.
/// </summary>
internal sealed class FieldValues : ISlotKeys
{
    private readonly SlotIndex index = new();
    private readonly ChunkedArray<FieldValue?> slots = new();
    private readonly Stack<int> free = new();
    private int used;

    public IEnumerable<FieldValue> All
    {
        get
        {
            var end = Volatile.Read(ref used);
            for (var i = 0; i < end; i++)
                if (Volatile.Read(ref slots[i]) is { IsUnused: false } value) yield return value;
        }
    }

    public FieldValue? Find(ReadOnlySpan<byte> text)
    {
        var slot = index.Find(ByteHash.Of(text), text, this);
        var value = slot < 0 ? null : Volatile.Read(ref slots[slot]);
        return value is not null && text.SequenceEqual(value.Text) ? value : null;
    }

    public FieldValue Intern(ReadOnlySpan<byte> text)
    {
        var hash = ByteHash.Of(text);
        var slot = index.FindOwn(hash, text, this);
        if (slot >= 0) return slots[slot]!;
        if (!free.TryPop(out slot))
        {
            slot = used;
            slots.EnsureCapacity(slot + 1);
        }
        var value = new FieldValue(text.ToArray(), hash) { Slot = slot };
        Volatile.Write(ref slots[slot], value);
        if (slot == used) Volatile.Write(ref used, used + 1);
        index.Add(hash, slot);
        return value;
    }

    public void ReleaseIfUnused(FieldValue value)
    {
        if (!value.IsUnused) return;
        index.Remove(value.Hash, value.Slot);
        slots[value.Slot] = null;
        free.Push(value.Slot);
    }

    bool ISlotKeys.HasKey(int slot, ReadOnlySpan<byte> key) => slots[slot] is { } value && key.SequenceEqual(value.Text);
}
