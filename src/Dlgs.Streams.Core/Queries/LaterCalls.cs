using Dlgs.Streams.Core.Stores;

namespace Dlgs.Streams.Core.Queries;

/// <summary>
/// Dialogs of a selection whose Calls began to count after a time, to be taken from a count. One that a count in between may not have had is not
/// taken: it has to be of the selection before and after.
/// </summary>
internal sealed class LaterCalls
{
    private readonly DialogIndex index;
    private readonly RowMatch match;
    private readonly long last;
    private readonly List<(long Arrival, int Row)> rows = [];

    private LaterCalls(DialogIndex index, DialogSelection selection, long last) =>
        (this.index, match, this.last) = (index, new RowMatch(index, selection), last);

    /// <summary>
    /// Those that count now; null: there are none, or so many came since that it is not known. Whatever does not count yet begins after the time.
    /// </summary>
    public static LaterCalls? Find(DialogStore store, DialogSelection selection, LamportTime time)
    {
        var (arrivals, last) = (store.Index.Arrivals, time.LastOf(store.Partition));
        arrivals.Observe(time.Micros);
        if (!arrivals.Knows(last)) return null;
        LaterCalls? later = null;
        for (var arrival = arrivals.Count - 1; arrival >= 0 && arrivals.TryFind(arrival, after: last, out var row); arrival--)
        {
            later ??= new LaterCalls(store.Index, selection, last);
            if (later.IsOne(arrival, row)) later.rows.Add((arrival, row));
        }
        return later;
    }

    /// <summary>How many of them are left.</summary>
    public int CountStill() => rows.Count(each => IsOne(each.Arrival, each.Row));

    private bool IsOne(long arrival, int row)
    {
        var look = new Look(match, last);
        index.Visit(row, arrival, ref look);
        return look.IsOne;
    }

    private struct Look(RowMatch match, long last) : IRowVisitor
    {
        public bool IsOne;

        public void Visit(in DialogRow row) => IsOne = row.Begun > last && match.Matches(row);
    }
}
