using System.Text;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Core.Stores;

namespace Dlgs.Streams.Core.Queries;

/// <summary>Ongoing dialogs by what they have in common; any thread.</summary>
public static class GroupQueries
{
    /// <summary>What is equal to the last of the largest is looked at, text by text, up to about so many.</summary>
    private const int ManyTexts = 4096;

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
        if (!TryAddByHash(largest, counts)) AddByText(largest, counts);
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

    /// <summary>False: some of the largest share a hash with others, so their sums are not theirs alone.</summary>
    private static bool TryAddByHash(LargestGroups largest, GroupCounts[] counts)
    {
        using var sums = new GroupSums(counts);
        var chosen = sums.Largest(largest.Limit, largest.Least);
        var areEnough = chosen.Length > ManyTexts + largest.Limit * counts.Length && !counts.Any(store => store.IsOfAWalk)
            ? AddFirst(largest, counts, sums, chosen)
            : AddAll(largest, counts, sums, chosen);
        if (!areEnough)
        {
            // Where one is gone when it is looked at, a smaller one may be among them.
            largest.Clear();
            AddAll(largest, counts, sums, sums.Largest(int.MaxValue, largest.Least));
        }
        return !largest.Values.Any(value => Array.Exists(counts, store => store.Values.FindByHash(ByteHash.Of64(value), but: value) is not null));
    }

    /// <summary>False: some have no value any more, and there is room.</summary>
    private static bool AddAll(LargestGroups largest, GroupCounts[] counts, GroupSums sums, ReadOnlySpan<GroupSum> chosen)
    {
        var areAll = true;
        foreach (ref readonly var sum in chosen)
        {
            if (!largest.MayTake(sum.Count)) continue;
            if (FindText(sum, sums, counts) is { } text) largest.Add(sum.Count, text);
            else areAll = false;
        }
        return areAll || largest.IsFull;
    }

    /// <summary>
    /// Of very many equals only the first are looked at, in the order of each store's values: whatever is among the first of all is among the first where
    /// it is. False: some have no value any more, and there is room.
    /// </summary>
    private static bool AddFirst(LargestGroups largest, GroupCounts[] counts, GroupSums sums, ReadOnlySpan<GroupSum> chosen)
    {
        var equal = int.MaxValue;
        foreach (ref readonly var sum in chosen) equal = Math.Min(equal, sum.Count);
        foreach (ref readonly var sum in chosen)
            if (sum.Count > equal && FindText(sum, sums, counts) is { } text) largest.Add(sum.Count, text);
        for (var store = 0; store < counts.Length; store++) AddFirst(largest, counts[store], equal, sums, store);
        return largest.IsFull;
    }

    /// <summary>A value that went since is passed over, and so is one that went and came again: its number is another.</summary>
    private static void AddFirst(LargestGroups largest, GroupCounts counts, int equal, GroupSums sums, int store)
    {
        var sorted = counts.Values.Sort(out var newer);
        var added = 0;
        foreach (var value in sorted.StartingWith(default))
        {
            if (TextOf(value.Slot) is not { } text || !ReferenceEquals(text, value.Text)) continue;
            largest.Add(equal, text);
            if (++added == largest.Limit) break;
        }
        foreach (var slot in newer.Distinct())
            if (TextOf(slot) is { } text && !sorted.Has(text)) largest.Add(equal, text);

        byte[]? TextOf(int slot) => sums.TryFind(store, slot, out var sum) && sum.Count == equal ? counts.TextOf(slot, sum.Hash) : null;
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
