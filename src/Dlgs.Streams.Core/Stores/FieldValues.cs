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
    private readonly Stack<int> free = new();
    private readonly RecentSlots born = new();
    private readonly Lock sorting = new();
    private volatile SortedValues? sorted;
    private int used;

    public ChunkedArray<int> Src { get; } = new();
    public ChunkedArray<int> Dst { get; } = new();
    public ChunkedArray<int> Data { get; } = new();
    /// <summary>Dialogs in which at least one field has it.</summary>
    public ChunkedArray<int> Any { get; } = new();
    /// <summary>Dialogs in which all three have it.</summary>
    public ChunkedArray<int> All { get; } = new();

    /// <summary>The hashes of what the slots have, or had last.</summary>
    public ChunkedArray<ulong> Hashes { get; } = new();

    /// <summary>Slots that may be in use: 0 up to here.</summary>
    public int End => Volatile.Read(ref used);

    /// <summary>How many values were taken so far.</summary>
    public long Born => born.Count;

    /// <summary>The text of a slot; null: it is free. Each life of a slot has an array of its own.</summary>
    public byte[]? TextOf(int slot) => Volatile.Read(ref texts[slot]);

    /// <summary>The hash of what a slot has, or had last.</summary>
    public ulong HashOf(int slot) => Volatile.Read(ref Hashes[slot]);

    /// <summary>The slot of a value, which may become another's; -1: nobody has it. Any thread.</summary>
    public int Find(ReadOnlySpan<byte> text) => index.Find(ByteHash.Of(text), text, this);

    /// <summary>A value of a hash; null: there is none, but for one that is given. Any thread.</summary>
    public byte[]? FindByHash(ulong hash, ReadOnlySpan<byte> but = default)
    {
        var slot = index.Find(ByteHash.Fold(hash), but, new OfHash(this, hash));
        return slot >= 0 && TextOf(slot) is { } text && ByteHash.Of64(text) == hash ? text : null;
    }

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

    /// <summary>Whether a slot is still this value's.</summary>
    public bool Is(SortedValue value) => ReferenceEquals(TextOf(value.Slot), value.Text);

    /// <summary>The values in order, and the slots of those that are newer. It is made when somebody asks, on his thread, and then shared.</summary>
    public SortedValues Sort(out int[] newer)
    {
        for (var view = sorted; ; view = Renew(view))
        {
            if (view is null || born.Read(view.Born, Born) is not { } since) newer = [];
            else if ((newer = since).Length <= view.MaxNewer) return view;
        }
    }

    public int Intern(ReadOnlySpan<byte> text)
    {
        var hash = ByteHash.Of64(text);
        var slot = index.FindOwn(ByteHash.Fold(hash), text, this);
        if (slot >= 0) return slot;
        if (!free.TryPop(out slot)) slot = Extend();
        Volatile.Write(ref Hashes[slot], hash);
        Volatile.Write(ref texts[slot], text.ToArray());
        index.Add(ByteHash.Fold(hash), slot);
        if (slot == used) Volatile.Write(ref used, used + 1);
        born.Add(slot, sorted?.Born ?? RecentSlots.NeedNone, room: used / 8);
        return slot;
    }

    public void ReleaseIfUnused(int slot)
    {
        if (Any[slot] != 0) return;
        index.Remove(ByteHash.Fold(Hashes[slot]), slot);
        Volatile.Write(ref texts[slot], null);
        free.Push(slot);
    }

    public bool Has(int slot, ReadOnlySpan<byte> text) => text.SequenceEqual(texts[slot]);

    private SortedValues Renew(SortedValues? old)
    {
        lock (sorting)
        {
            // Another one did it while we waited.
            if (sorted != old) return sorted!;
            return sorted = old is not null && born.Read(old.Born, Born) is { } newer ? old.With(this, newer) : SortedValues.Of(this);
        }
    }

    private int Extend()
    {
        Hashes.EnsureCapacity(used + 1);
        Src.EnsureCapacity(used + 1);
        Dst.EnsureCapacity(used + 1);
        Data.EnsureCapacity(used + 1);
        Any.EnsureCapacity(used + 1);
        All.EnsureCapacity(used + 1);
        texts.EnsureCapacity(used + 1);
        return used;
    }

    bool ISlotKeys.HasKey(int slot, ReadOnlySpan<byte> key) => texts[slot] is { } text && key.SequenceEqual(text);

    private readonly struct OfHash(FieldValues values, ulong hash) : ISlotKeys
    {
        public bool HasKey(int slot, ReadOnlySpan<byte> but) => values.HashOf(slot) == hash && values.TextOf(slot) is { } text && !but.SequenceEqual(text);
    }
}
