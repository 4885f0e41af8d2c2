using System.Numerics;
using Dlgs.Streams.Core.Stores;

namespace Dlgs.Streams.Core.Queries;

/// <summary>The number of the values of one hash over all stores, and where one of them is: which store's, and its slot.</summary>
internal record struct GroupSum(ulong Hash, int Count, int Slot, int Store);

/// <summary>
/// The numbers of several stores, summed by the hashes of their values: a look at the values themselves would cost many times as much. So what is
/// chosen of them has to be looked at: two values of one hash are one sum here.
/// </summary>
internal sealed class GroupSums
{
    private GroupSum[] sums;
    private int count;
    /// <summary>By hash: which sum it is + 1; 0: the place is empty.</summary>
    private int[] places;

    public GroupSums(GroupCounts[] stores)
    {
        sums = new GroupSum[BitOperations.RoundUpToPowerOf2((uint)stores.Max(store => store.End) + 1)];
        places = new int[sums.Length * 2];
        for (var store = 0; store < stores.Length; store++) Add(stores[store], store);
    }

    /// <summary>As the stores and their slots were met: whoever looks at their values goes through the memory in its order.</summary>
    public ReadOnlySpan<GroupSum> Sums => sums.AsSpan(0, count);

    private void Add(GroupCounts counts, int store)
    {
        for (var first = 0; first < counts.End; first += ChunkedArray<int>.ChunkSize)
        {
            var numbers = counts.Chunk(first);
            var hashes = counts.Hashes(first);
            for (var i = 0; i < numbers.Length; i++)
                if (numbers[i] > 0 && Read(in numbers[i], in hashes[i], out var hash) is > 0 and var number) Add(hash, number, store, first + i);
        }
    }

    /// <summary>A number and the hash of the value that it is of: the slot may change hands.</summary>
    private static int Read(ref readonly int number, ref readonly ulong hashOfIt, out ulong hash)
    {
        int read;
        do (hash, read) = (Volatile.Read(in hashOfIt), Volatile.Read(in number));
        while (hash != Volatile.Read(in hashOfIt));
        return read;
    }

    private void Add(ulong hash, int number, int store, int slot)
    {
        var place = Find(hash);
        if (places[place] == 0)
        {
            if (count == sums.Length) place = Grow(hash);
            sums[count] = new GroupSum(hash, 0, slot, store);
            places[place] = ++count;
        }
        sums[places[place] - 1].Count += number;
    }

    private int Find(ulong hash)
    {
        var mask = places.Length - 1;
        var place = (int)(hash >> 32) & mask;
        while (places[place] is not 0 and var sum && sums[sum - 1].Hash != hash) place = (place + 1) & mask;
        return place;
    }

    /// <summary>Makes room, and finds a place for a hash in it.</summary>
    private int Grow(ulong hash)
    {
        Array.Resize(ref sums, count * 4);
        places = new int[sums.Length * 2];
        for (var sum = 0; sum < count; sum++) places[Find(sums[sum].Hash)] = sum + 1;
        return Find(hash);
    }
}
