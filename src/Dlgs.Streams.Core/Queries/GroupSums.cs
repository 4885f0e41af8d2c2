using System.Buffers;
using System.Numerics;
using Dlgs.Streams.Core.Stores;

namespace Dlgs.Streams.Core.Queries;

/// <summary>The number of the values of one hash over all stores, and where one of them is: its slot, counted on through the stores.</summary>
internal record struct GroupSum(ulong Hash, int Count, int Place);

/// <summary>
/// The numbers of several stores, summed by the hashes of their values: a look at the values themselves would cost many times as much. So what is
/// chosen of them has to be looked at: two values of one hash are one sum here. First they are dealt out by their hashes, to lots that each fit
/// into the processor's cache: with a table of all, each number would be a wait for the memory.
/// </summary>
internal sealed class GroupSums : IDisposable
{
    /// <summary>Numbers of a lot, as a rule.</summary>
    private const int Lot = 1 << 10;
    private const int MostLotBits = 12;

    private readonly GroupSum[] sums;
    private readonly GroupSum[] spare;
    /// <summary>By place: which sum of the largest is there + 1; 0: none.</summary>
    private readonly int[] chosen;
    private readonly int count;
    /// <summary>Where the slots of each store begin, and where the last one's end.</summary>
    private readonly int[] begins;

    public GroupSums(GroupCounts[] stores)
    {
        begins = new int[stores.Length + 1];
        for (var store = 0; store < stores.Length; store++) begins[store + 1] = begins[store] + stores[store].End;
        spare = ArrayPool<GroupSum>.Shared.Rent(begins[^1]);
        sums = ArrayPool<GroupSum>.Shared.Rent(begins[^1]);
        chosen = ArrayPool<int>.Shared.Rent(begins[^1]);
        if (stores.Length == 1)
        {
            // There a value has one slot.
            count = ReadAll(stores, sums);
            return;
        }
        var ends = Deal(spare.AsSpan(0, ReadAll(stores, spare)), sums);
        var table = new Table(ends);
        for (var (lot, begin) = (0, 0); lot < ends.Length; begin = ends[lot++]) count += table.Sum(sums.AsSpan(begin..ends[lot]), sums.AsSpan(count));
    }

    /// <summary>
    /// The largest, and all that are as large as the last of them. By their places: whoever looks at the values of many equals goes through the memory in
    /// its order.
    /// </summary>
    /// <param name="limit">How many are wanted.</param>
    /// <param name="least">How large they have to be.</param>
    public ReadOnlySpan<GroupSum> Largest(int limit, long least)
    {
        least = Math.Max(least, CountOf(limit));
        var places = chosen.AsSpan(0, begins[^1]);
        places.Clear();
        for (var i = 0; i < count; i++)
            if (sums[i].Count >= least) places[sums[i].Place] = i + 1;
        var read = 0;
        foreach (var sum in places)
            if (sum > 0) spare[read++] = sums[sum - 1];
        return spare.AsSpan(0, read);
    }

    /// <summary>The store of a sum, and the slot there.</summary>
    public (int Store, int Slot) Find(in GroupSum sum)
    {
        var store = Array.BinarySearch(begins, sum.Place);
        // Stores without slots begin where the next one does.
        store = store < 0 ? ~store - 1 : Array.LastIndexOf(begins, sum.Place);
        return (store, sum.Place - begins[store]);
    }

    /// <summary>One of the largest by its place: of those that <see cref="Largest"/> chose last.</summary>
    public bool TryFind(int store, int slot, out GroupSum sum)
    {
        var place = begins[store] + slot;
        var found = place < begins[store + 1] ? chosen[place] : 0;
        sum = found > 0 ? sums[found - 1] : default;
        return found > 0;
    }

    public void Dispose()
    {
        ArrayPool<GroupSum>.Shared.Return(sums);
        ArrayPool<GroupSum>.Shared.Return(spare);
        ArrayPool<int>.Shared.Return(chosen);
    }

    private int ReadAll(GroupCounts[] stores, GroupSum[] into)
    {
        var read = 0;
        for (var store = 0; store < stores.Length; store++)
            for (var first = 0; first < stores[store].End; first += ChunkedArray<int>.ChunkSize)
            {
                var numbers = stores[store].Chunk(first);
                var hashes = stores[store].Hashes(first);
                for (var i = 0; i < numbers.Length; i++)
                    if (numbers[i] > 0 && Read(in numbers[i], in hashes[i], out var hash) is > 0 and var number)
                        into[read++] = new GroupSum(hash, number, begins[store] + first + i);
            }
        return read;
    }

    /// <summary>A number and the hash of the value that it is of: the slot may change hands.</summary>
    private static int Read(ref readonly int number, ref readonly ulong hashOfIt, out ulong hash)
    {
        int read;
        do (hash, read) = (Volatile.Read(in hashOfIt), Volatile.Read(in number));
        while (hash != Volatile.Read(in hashOfIt));
        return read;
    }

    /// <summary>Deals out by the highest bits of the hashes. Returns where each lot ends.</summary>
    private static int[] Deal(ReadOnlySpan<GroupSum> numbers, GroupSum[] into)
    {
        var bits = Math.Min(MostLotBits, BitOperations.Log2((uint)(numbers.Length / Lot) | 1));
        var next = new int[1 << bits];
        foreach (ref readonly var number in numbers) next[LotOf(number.Hash, bits)]++;
        var begin = 0;
        for (var lot = 0; lot < next.Length; lot++) (next[lot], begin) = (begin, begin + next[lot]);
        foreach (ref readonly var number in numbers) into[next[LotOf(number.Hash, bits)]++] = number;
        return next;
    }

    private static int LotOf(ulong hash, int bits) => (int)(hash >> 32 >> (32 - bits));

    /// <summary>How large the last of so many is, of the largest; 0: there are fewer.</summary>
    private int CountOf(int limit)
    {
        if (count < limit) return 0;
        var largest = new PriorityQueue<int, int>();
        var least = 0;
        foreach (ref readonly var sum in sums.AsSpan(0, count))
        {
            if (sum.Count <= least) continue;
            if (largest.Count < limit) largest.Enqueue(sum.Count, sum.Count);
            else largest.EnqueueDequeue(sum.Count, sum.Count);
            if (largest.Count == limit) least = largest.Peek();
        }
        return least;
    }

    /// <summary>By hash: which sum of a lot it is + 1; 0: the place is empty.</summary>
    private sealed class Table
    {
        private readonly int[] places;

        public Table(int[] ends)
        {
            var largest = ends.Select((end, lot) => end - (lot == 0 ? 0 : ends[lot - 1])).Max();
            places = new int[BitOperations.RoundUpToPowerOf2((uint)largest * 2 + 1)];
        }

        /// <summary>Sums a lot up, into the place of its numbers or before it. Returns how many sums it has.</summary>
        public int Sum(ReadOnlySpan<GroupSum> lot, Span<GroupSum> into)
        {
            Array.Clear(places);
            var count = 0;
            foreach (ref readonly var number in lot)
            {
                var place = Find(number.Hash, into);
                if (places[place] != 0) into[places[place] - 1].Count += number.Count;
                else
                {
                    into[count] = number;
                    places[place] = ++count;
                }
            }
            return count;
        }

        private int Find(ulong hash, Span<GroupSum> sums)
        {
            var mask = places.Length - 1;
            var place = (int)hash & mask;
            while (places[place] is not 0 and var sum && sums[sum - 1].Hash != hash) place = (place + 1) & mask;
            return place;
        }
    }
}
