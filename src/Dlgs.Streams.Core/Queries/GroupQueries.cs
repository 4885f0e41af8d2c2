using System.Text;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Core.Stores;

namespace Dlgs.Streams.Core.Queries;

/// <summary>What ongoing dialogs are grouped by.</summary>
public enum GroupKey : byte
{
    /// <summary>The value of src; empty: it is not known.</summary>
    Src,
    /// <summary>The value of dst; empty: it is not known.</summary>
    Dst,
    /// <summary>The value of data; empty: there is none.</summary>
    Data,
    /// <summary>Each tag: a dialog counts in the group of each that it carries, and in none where it carries none.</summary>
    Tag,
    /// <summary>dlgs' name of the state.</summary>
    State,
}

/// <summary>A group and its number of ongoing dialogs, at least 1.</summary>
public readonly record struct DialogGroup(string Value, long Count);

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
        var sums = new Dictionary<string, long>();
        foreach (var store in stores)
            foreach (var (value, count) in CountsOf(store.Index, by, selection)) sums[value] = sums.GetValueOrDefault(value) + count;
        return [.. sums.Where(sum => sum.Value > above).OrderByDescending(sum => sum.Value).ThenBy(sum => sum.Key, Comparer<string>.Create(Compare)).Take(limit).Select(sum => new DialogGroup(sum.Key, sum.Value))];
    }

    private static int Compare(string a, string b) => Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b));

    private static IEnumerable<(string Value, long Count)> CountsOf(DialogIndex index, GroupKey by, DialogSelection selection)
    {
        var rows = new Keys(by, index, new RowMatch(index, selection));
        index.Walk(ref rows, selection.Pause);
        return rows.Counts.Select(pair => (pair.Key, pair.Value));
    }

    private readonly struct Keys(GroupKey by, DialogIndex index, RowMatch match) : IRowVisitor
    {
        public Dictionary<string, long> Counts { get; } = [];

        public void Visit(in DialogRow row)
        {
            if (!match.Matches(row)) return;
            switch (by)
            {
                case GroupKey.Src: Add(index.Values, row.Src); break;
                case GroupKey.Dst: Add(index.Values, row.Dst); break;
                case GroupKey.Data: Add(index.Values, row.Data); break;
                case GroupKey.Tag: foreach (var tag in row.Tags ?? []) Add(index.Tags, tag); break;
                case GroupKey.State: Add(row.State.Name()); break;
            }
        }

        private void Add(FieldValues values, int slot) => Add(Encoding.UTF8.GetString(values.TextOf(slot)!));

        private void Add(string value) => Counts[value] = Counts.GetValueOrDefault(value) + 1;
    }
}
