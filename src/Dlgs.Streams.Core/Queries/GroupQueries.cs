using System.Text;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Core.Stores;

namespace Dlgs.Streams.Core.Queries;

/// <summary>Ongoing dialogs by what they have in common; any thread.</summary>
public static class GroupQueries
{
    /// <summary>
    /// The largest groups of a selection over several stores, by their number downwards, then by value bytewise. Exact: each group is summed
    /// over the stores before the list is cut.
    /// </summary>
    /// <param name="stores">The partitions'.</param>
    /// <param name="by">What makes a group.</param>
    /// <param name="selection">Which dialogs. Without conditions and of all ongoing states it takes the counters, else it walks over dialogs.</param>
    /// <param name="limit">At most so many groups.</param>
    /// <param name="above">Only those of more dialogs than this.</param>
    public static IReadOnlyList<DialogGroup> Group(this IReadOnlyList<DialogStore> stores, GroupKey by, DialogSelection selection, int limit, long above = 0)
    {
        if (limit < 1 || stores.Count == 0) return [];
        var largest = new LargestGroups(limit, Math.Max(0, above));
        if (by == GroupKey.State)
        {
            AddStates(largest, stores, selection);
            return largest.InOrder();
        }
        var counts = stores.Select(store => GroupCounts.Of(store.Index, by, selection)).ToArray();
        if (counts.Length == 1) AddValues(largest, counts[0]);
        else if (!TryAddByHash(largest, counts)) AddByText(largest, counts);
        return largest.InOrder();
    }

    /// <summary>The largest of groups that were counted apart, of different dialogs: in the same order, and as exact, for they are summed before.</summary>
    /// <param name="parts">Each with its count; a value may be in several.</param>
    /// <param name="limit">At most so many groups.</param>
    /// <param name="above">Only those of more dialogs than this.</param>
    public static IReadOnlyList<DialogGroup> Largest(this IEnumerable<DialogGroup> parts, int limit, long above = 0)
    {
        if (limit < 1) return [];
        var largest = new LargestGroups(limit, Math.Max(0, above));
        AddSums(largest, parts);
        return largest.InOrder();
    }

    private static void AddStates(LargestGroups largest, IReadOnlyList<DialogStore> stores, DialogSelection selection)
    {
        foreach (var state in Enum.GetValues<DialogState>())
            if (state.IsOngoing() && selection.States.Includes(state))
                largest.Add(stores.Sum(store => store.Count(selection with { States = StateSets.Of(state) })), Encoding.UTF8.GetBytes(state.Name()));
    }

    /// <summary>In one store a value has one slot.</summary>
    private static void AddValues(LargestGroups largest, GroupCounts counts)
    {
        for (var first = 0; first < counts.End; first += ChunkedArray<int>.ChunkSize)
        {
            var chunk = counts.Chunk(first);
            for (var i = 0; i < chunk.Length; i++)
                if (largest.MayTake(chunk[i]) && counts.TryRead(first + i, out var text, out var count)) largest.Add(count, text);
        }
    }

    /// <summary>False: some of the largest share a hash with others, so their sums are not theirs alone.</summary>
    private static bool TryAddByHash(LargestGroups largest, GroupCounts[] counts)
    {
        using var sums = new GroupSums(counts);
        // Where one is gone when it is looked at, a smaller one may be among them.
        if (!AddSums(largest, counts, sums, largest.Limit)) AddSums(largest, counts, sums, int.MaxValue);
        return !largest.Values.Any(value => Array.Exists(counts, store => store.Values.FindByHash(ByteHash.Of64(value), but: value) is not null));
    }

    /// <summary>False: some have no value any more.</summary>
    private static bool AddSums(LargestGroups largest, GroupCounts[] counts, GroupSums sums, int limit)
    {
        var areAll = true;
        largest.Clear();
        foreach (ref readonly var sum in sums.Largest(limit, largest.Least))
        {
            if (!largest.MayTake(sum.Count)) continue;
            if (FindText(sum, sums, counts) is { } text) largest.Add(sum.Count, text);
            else areAll = false;
        }
        return areAll;
    }

    /// <summary>Null: nobody has the value any more.</summary>
    private static byte[]? FindText(in GroupSum sum, GroupSums sums, GroupCounts[] counts)
    {
        var (hash, (store, slot)) = (sum.Hash, sums.Find(sum));
        return counts[store].TextOf(slot, hash)
            // Its last dialog in that store ended meanwhile.
            ?? counts.Select(each => each.Values.FindByHash(hash)).FirstOrDefault(found => found is not null);
    }

    /// <summary>Slower, and right whatever the hashes are.</summary>
    internal static void AddByText(LargestGroups largest, GroupCounts[] counts)
    {
        largest.Clear();
        AddSums(largest, counts.SelectMany(Groups));
    }

    private static IEnumerable<DialogGroup> Groups(GroupCounts store)
    {
        for (var slot = 0; slot < store.End; slot++)
            if (store.TryRead(slot, out var text, out var count) && count > 0) yield return new DialogGroup(Encoding.UTF8.GetString(text), count);
    }

    private static void AddSums(LargestGroups largest, IEnumerable<DialogGroup> parts)
    {
        var sums = new Dictionary<string, long>();
        foreach (var (value, count) in parts) sums[value] = sums.GetValueOrDefault(value) + count;
        foreach (var (value, sum) in sums) largest.Add(sum, Encoding.UTF8.GetBytes(value));
    }
}
