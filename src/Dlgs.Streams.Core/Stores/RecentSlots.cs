namespace Dlgs.Streams.Core.Stores;

/// <summary>The slots that were taken last, in order; those that somebody still needs as far as there is room for them. One writer; any thread reads.</summary>
internal sealed class RecentSlots
{
    /// <summary>Nobody needs any.</summary>
    public const long NeedNone = long.MaxValue;

    private int[] ring = new int[1 << 10];
    private long count;

    /// <summary>How many there were since the beginning.</summary>
    public long Count => Volatile.Read(ref count);

    /// <param name="slot">The slot.</param>
    /// <param name="neededFrom">The first one that is still needed, by its number.</param>
    /// <param name="room">At most so many are kept.</param>
    public void Add(int slot, long neededFrom, int room)
    {
        if (count + 1 - neededFrom >= ring.Length && ring.Length * 2 <= room) Grow();
        ring[count & (ring.Length - 1)] = slot;
        Volatile.Write(ref count, count + 1);
    }

    /// <summary>Reads those from one number to before another. Null: there was no room for some.</summary>
    public int[]? Read(long from, long to)
    {
        var kept = Volatile.Read(ref ring);
        if (to - from >= kept.Length) return null;
        var read = new int[to - from];
        for (var i = 0; i < read.Length; i++) read[i] = Volatile.Read(ref kept[(from + i) & (kept.Length - 1)]);
        // The one after the last may be under way, in the place of the first.
        return Count - from < kept.Length ? read : null;
    }

    private void Grow()
    {
        var grown = new int[ring.Length * 2];
        for (var i = Math.Max(0, count - ring.Length); i < count; i++) grown[i & (grown.Length - 1)] = ring[i & (ring.Length - 1)];
        Volatile.Write(ref ring, grown);
    }
}
