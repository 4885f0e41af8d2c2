namespace Dlgs.Streams.Core.Stores;

/// <summary>
/// The table of distinct values with the number of ongoing dialogs that have each, so that expensive operators run over values, not dialogs.
/// A column for each number, so that a walk reads nothing else. Slots are reused when nobody has a value any more. One writer; readers look up
/// and walk without waiting for it, and look again whether a slot is still the value's when they have read its number.
/// </summary>
internal sealed class FieldValues : ISlotKeys
{
    private readonly SlotIndex index = new();
    private readonly ChunkedArray<byte[]?> texts = new();
    private readonly ChunkedArray<uint> hashes = new();
    private readonly Stack<int> free = new();
    private int used;

    public ChunkedArray<int> Src { get; } = new();
    public ChunkedArray<int> Dst { get; } = new();
    public ChunkedArray<int> Data { get; } = new();
    /// <summary>Dialogs in which at least one field has it.</summary>
    public ChunkedArray<int> Any { get; } = new();
    /// <summary>Dialogs in which all three have it.</summary>
    public ChunkedArray<int> All { get; } = new();

    /// <summary>Slots that may be in use: 0 up to here.</summary>
    public int End => Volatile.Read(ref used);

    /// <summary>The text of a slot; null: it is free. Each life of a slot has an array of its own.</summary>
    public byte[]? TextOf(int slot) => Volatile.Read(ref texts[slot]);

    /// <summary>The hash of what a slot has, or had last.</summary>
    public uint HashOf(int slot) => Volatile.Read(ref hashes[slot]);

    /// <summary>The slot of a value, which may become another's; -1: nobody has it. Any thread.</summary>
    public int Find(ReadOnlySpan<byte> text) => index.Find(ByteHash.Of(text), text, this);

    /// <summary>How many dialogs have a value, by one of the columns. Any thread.</summary>
    public int CountOf(ReadOnlySpan<byte> text, ChunkedArray<int> column)
    {
        while (Find(text) is >= 0 and var slot)
            if (TryRead(slot, column, out var found, out var count) && text.SequenceEqual(found)) return count;
        return 0;
    }

    /// <summary>A value and its number. False: the slot is free, or changed hands. Any thread.</summary>
    public bool TryRead(int slot, ChunkedArray<int> column, out byte[] text, out int count)
    {
        text = TextOf(slot)!;
        count = Volatile.Read(ref column[slot]);
        return text is not null && ReferenceEquals(text, TextOf(slot));
    }

    public int Intern(ReadOnlySpan<byte> text)
    {
        var hash = ByteHash.Of(text);
        var slot = index.FindOwn(hash, text, this);
        if (slot >= 0) return slot;
        if (!free.TryPop(out slot)) slot = Extend();
        hashes[slot] = hash;
        Volatile.Write(ref texts[slot], text.ToArray());
        index.Add(hash, slot);
        if (slot == used) Volatile.Write(ref used, used + 1);
        return slot;
    }

    public void ReleaseIfUnused(int slot)
    {
        if (Any[slot] != 0) return;
        index.Remove(hashes[slot], slot);
        Volatile.Write(ref texts[slot], null);
        free.Push(slot);
    }

    public bool Has(int slot, ReadOnlySpan<byte> text) => text.SequenceEqual(texts[slot]);

    private int Extend()
    {
        hashes.EnsureCapacity(used + 1);
        Src.EnsureCapacity(used + 1);
        Dst.EnsureCapacity(used + 1);
        Data.EnsureCapacity(used + 1);
        Any.EnsureCapacity(used + 1);
        All.EnsureCapacity(used + 1);
        texts.EnsureCapacity(used + 1);
        return used;
    }

    bool ISlotKeys.HasKey(int slot, ReadOnlySpan<byte> key) => texts[slot] is { } text && key.SequenceEqual(text);
}
