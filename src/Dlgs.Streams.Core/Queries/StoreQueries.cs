using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Core.Stores;

namespace Dlgs.Streams.Core.Queries;

/// <summary>Counts of one partition's store; any thread.</summary>
public static class StoreQueries
{
    /// <summary>Of one that takes a microsecond, hardly ever more than two are needed.</summary>
    private const int MostCounts = 4;

    /// <summary>Ongoing dialogs of a selection.</summary>
    /// <param name="store">The partition's.</param>
    /// <param name="selection">Which dialogs.</param>
    /// <param name="excludedCallId">Those of this Call-ID are left out; empty: none.</param>
    /// <param name="upTo">Those of Calls that began to count after it are left out, as far as that is known; null: none.</param>
    public static long Count(this DialogStore store, DialogSelection selection, ReadOnlySpan<byte> excludedCallId = default, LamportTime? upTo = null)
    {
        var count = upTo is { } time ? CountUpTo(store, selection, time) : CountAll(store.Index, selection);
        // What is left out as later is not left out twice.
        if (count > 0 && !excludedCallId.IsEmpty && !(upTo is { } last && store.BegunAt(excludedCallId)?.Micros > last.LastOf(store.Partition)))
            count -= new CallReader(store, selection).CountOngoing(excludedCallId);
        return Math.Max(0, count);
    }

    private static long CountUpTo(DialogStore store, DialogSelection selection, LamportTime time)
    {
        for (var attempt = 1; ; attempt++)
        {
            var arrivals = store.Index.Arrivals.Count;
            var later = LaterCalls.Find(store, selection, time);
            var count = CountAll(store.Index, selection) - (later?.CountStill() ?? 0);
            // Who came in between may be in the count. That errs on the safe side, but refuses a call that there was room for.
            if (store.Index.Arrivals.CountOfWhole() == arrivals || selection.IsScan || attempt == MostCounts) return count;
        }
    }

    private static long CountAll(DialogIndex index, DialogSelection selection)
    {
        if (selection.Conditions.Count == 0) return CountStates(index, selection.States);
        if (selection.Conditions.Count > 1 || !selection.HasAllOngoing) return CountRows(index, selection);
        return selection.Conditions[0] switch
        {
            { Filter: null, Tag: var tag } => index.Tags.CountOf(tag.Span, index.Tags.Any),
            { Filter: { } filter } => CountMatches(index, filter, selection),
        };
    }

    private static long CountStates(DialogIndex index, StateSet states)
    {
        if ((states & StateSet.Ongoing) == StateSet.Ongoing) return index.Ongoing;
        long count = 0;
        foreach (var state in Enum.GetValues<DialogState>())
            if (state.IsOngoing() && states.Includes(state)) count += index.CountOf(state);
        return count;
    }

    /// <summary>eq and ne from the counters alone; re, fm and sw over distinct values, and for any over the rows too where two fields have them.</summary>
    private static long CountMatches(DialogIndex index, DialogFilter filter, DialogSelection selection)
    {
        var (values, column) = (index.Values, index.Values.ColumnOf(filter.Field));
        return filter.Operator switch
        {
            FilterOperator.Eq => values.CountOf(filter.Value.Span, column),
            FilterOperator.Ne => index.Ongoing - values.CountOf(filter.Value.Span, filter.Field == DialogField.Any ? values.All : column),
            FilterOperator.Re or FilterOperator.Sw or FilterOperator.Fm when filter.Field == DialogField.Any => CountRows(index, selection),
            FilterOperator.Re or FilterOperator.Sw or FilterOperator.Fm => CountValues(values, column, filter),
        };
    }

    private static long CountValues(FieldValues values, ChunkedArray<int> column, DialogFilter filter)
    {
        var sums = new ValueSums(values);
        values.Visit(filter, column, ref sums);
        return sums.By(filter.Field)!.Value;
    }

    private static long CountRows(DialogIndex index, DialogSelection selection)
    {
        var rows = new RowCount(new RowMatch(index, selection));
        if (selection.HasAllOngoing && rows.Match.Known is { } known) return known;
        if (!rows.Match.IsEmpty) index.Walk(ref rows, selection.Pause);
        return rows.Count;
    }

    internal static ChunkedArray<int> ColumnOf(this FieldValues values, DialogField field) => field switch
    {
        DialogField.Src => values.Src,
        DialogField.Dst => values.Dst,
        DialogField.Data => values.Data,
        DialogField.Any => values.Any,
    };

    private struct RowCount(RowMatch match) : IRowVisitor
    {
        public readonly RowMatch Match = match;
        public long Count;

        public void Visit(in DialogRow row)
        {
            if (Match.Matches(row)) Count++;
        }
    }
}
