using Dlgs.Streams.Core.Stores;

namespace Dlgs.Streams.Core.Queries;

/// <summary>
/// The numbers of several stores, summed by the hashes of their values: a look at the values themselves would cost many times as much. So what is
/// chosen of them has to be looked at: two values of one hash are one sum here.
/// </summary>
internal sealed class GroupSums
{
    private ulong[] hashes = new ulong[1 << 12];
    /// <summary>0: the place is empty.</summary>
    private int[] sums = new int[1 << 12];
    /// <summary>Where a value of the hash is: which store's, and its slot.</summary>
    private (int Store, int Slot)[] slots = new (int, int)[1 << 12];
    private int used;

    /// <summary>Its places: some have a sum, the others 0.</summary>
    public ReadOnlySpan<int> Sums => sums;

    public ulong HashAt(int place) => hashes[place];

    public (int Store, int Slot) SlotAt(int place) => slots[place];

    public void Add(GroupCounts counts, int store)
    {
        for (var first = 0; first < counts.End; first += ChunkedArray<int>.ChunkSize)
        {
            var chunk = counts.Chunk(first);
            for (var i = 0; i < chunk.Length; i++)
                if (chunk[i] > 0 && counts.CountAt(first + i, out var hash) is > 0 and var count) Add(hash, count, (store, first + i));
        }
    }

    private void Add(ulong hash, int count, (int, int) slot)
    {
        if (used * 2 >= sums.Length) Grow();
        var place = Find(hash);
        if (sums[place] == 0)
        {
            (hashes[place], slots[place]) = (hash, slot);
            used++;
        }
        sums[place] += count;
    }

    private int Find(ulong hash)
    {
        var mask = sums.Length - 1;
        var place = (int)(hash >> 32) & mask;
        while (sums[place] != 0 && hashes[place] != hash) place = (place + 1) & mask;
        return place;
    }

    private void Grow()
    {
        var (oldHashes, oldSums, oldSlots) = (hashes, sums, slots);
        (hashes, sums, slots) = (new ulong[oldSums.Length * 4], new int[oldSums.Length * 4], new (int, int)[oldSums.Length * 4]);
        for (var i = 0; i < oldSums.Length; i++)
        {
            if (oldSums[i] == 0) continue;
            var place = Find(oldHashes[i]);
            (hashes[place], sums[place], slots[place]) = (oldHashes[i], oldSums[i], oldSlots[i]);
        }
    }
}
