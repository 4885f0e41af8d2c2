using System.Text;
using Dlgs.Streams.Core.Stores;

namespace Dlgs.Streams.Core.Queries;

/// <summary>Questions about the operator's tags; any thread.</summary>
public static class TagQueries
{
    /// <summary>
    /// Ongoing dialogs in <paramref name="states"/> that carry the tag, those of one Call-ID left out (empty: none). Of all ongoing ones in
    /// O(1), else it walks the rows.
    /// </summary>
    public static long CountTagged(this DialogStore store, ReadOnlySpan<byte> tag, StateSet states, ReadOnlySpan<byte> excludedCallId)
    {
        states &= StateSet.Ongoing;
        var count = states == StateSet.Ongoing ? store.Index.CountTagged(tag) : store.Index.CountRows(new RowMatch(tag.ToArray(), states));
        if (excludedCallId.IsEmpty) return count;
        var text = Encoding.UTF8.GetString(tag);
        foreach (var dialog in store.Find(excludedCallId))
            if (states.Includes(dialog.State) && dialog.Tags.Contains(text)) count--;
        return Math.Max(0, count);
    }

    private readonly struct RowMatch(byte[] tag, StateSet states) : IRowPredicate
    {
        public bool Matches(in DialogRow row)
        {
            if (row.Tags is not { } tags || !states.Includes(row.State)) return false;
            foreach (var carried in tags)
                if (carried.Text.AsSpan().SequenceEqual(tag)) return true;
            return false;
        }
    }
}
