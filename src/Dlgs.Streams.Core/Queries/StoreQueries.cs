using System.Text;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Core.Stores;

namespace Dlgs.Streams.Core.Queries;

/// <summary>A set of states: bit n stands for the state of number n.</summary>
[Flags]
public enum StateSet : byte
{
    /// <summary>No state.</summary>
    None = 0,
    /// <summary><see cref="DialogState.Init"/>.</summary>
    Init = 1 << DialogState.Init,
    /// <summary><see cref="DialogState.Progress"/>.</summary>
    Progress = 1 << DialogState.Progress,
    /// <summary><see cref="DialogState.Answered"/>.</summary>
    Answered = 1 << DialogState.Answered,
    /// <summary><see cref="DialogState.Confirmed"/>.</summary>
    Confirmed = 1 << DialogState.Confirmed,
    /// <summary><see cref="DialogState.Terminated"/>.</summary>
    Terminated = 1 << DialogState.Terminated,
    /// <summary><see cref="DialogState.NotAnswered"/>.</summary>
    NotAnswered = 1 << DialogState.NotAnswered,
    /// <summary>The four that counts are of.</summary>
    Ongoing = Init | Progress | Answered | Confirmed,
    /// <summary>Every state, finished ones too.</summary>
    All = Ongoing | Terminated | NotAnswered,
}

/// <summary>Questions to one partition's store; any thread.</summary>
public static class StoreQueries
{
    /// <summary>Calls that one <see cref="List"/> looks at, so that a rare match does not make it endless.</summary>
    public const int ListScan = 16_384;

    /// <summary>Ongoing dialogs in <paramref name="states"/> that match the filter (null: all), those of one Call-ID left out (empty: none).</summary>
    public static long Count(this DialogStore store, DialogFilter? filter, StateSet states, ReadOnlySpan<byte> excludedCallId)
    {
        states &= StateSet.Ongoing;
        var count = filter is null ? CountStates(store.Index, states)
            : states == StateSet.Ongoing ? CountMatches(store.Index, filter)
            : store.Index.CountRows(new RowMatch(store.Index, filter, states));
        if (excludedCallId.IsEmpty) return count;
        foreach (var dialog in store.Find(excludedCallId))
            if (states.Includes(dialog.State) && (filter is null || filter.Matches(dialog))) count--;
        return Math.Max(0, count);
    }

    /// <summary>
    /// At most <paramref name="limit"/> dialogs that have not left, match the filter (null: all) and are in <paramref name="states"/>, from
    /// <paramref name="cursor"/> on (0 at first, then what the last call left there; -1 when there is no more). Looks at no more than
    /// <see cref="ListScan"/> Calls, so an empty answer is no end. A Call's dialogs are never split, so the limit may be passed by those of one Call.
    /// Calls <paramref name="pause"/> before each Call; it may throw to end the walk.
    /// </summary>
    public static IReadOnlyList<Dialog> List(this DialogStore store, DialogFilter? filter, StateSet states, int limit, ref long cursor, Action? pause = null)
    {
        var found = new List<Dialog>();
        var (slot, end) = (cursor, Math.Min(store.Calls.End, cursor + ListScan));
        for (; slot < end && found.Count < limit; slot++)
        {
            if (Volatile.Read(ref store.Calls.Slots[(int)slot].Record) is not { } record) continue;
            pause?.Invoke();
            foreach (var dialog in CallView.Read(record, store, withLeft: false))
                if (states.Includes(dialog.State) && (filter is null || filter.Matches(dialog))) found.Add(dialog);
        }
        cursor = slot < store.Calls.End ? slot : -1;
        return found;
    }

    /// <summary>Whether a set has a state.</summary>
    public static bool Includes(this StateSet set, DialogState state) => ((int)set >> (int)state & 1) != 0;

    /// <summary>dlgs' names of the states in a set.</summary>
    public static IEnumerable<string> Names(this StateSet set) =>
        Enum.GetValues<DialogState>().Where(state => set.Includes(state)).Select(state => state.Name());

    /// <summary>Whether a dialog matches: for any, one of its three fields has to.</summary>
    public static bool Matches(this DialogFilter filter, Dialog dialog) => filter.Field switch
    {
        DialogField.Src => filter.Matches(Encoding.UTF8.GetBytes(dialog.Src)),
        DialogField.Dst => filter.Matches(Encoding.UTF8.GetBytes(dialog.Dst)),
        DialogField.Data => filter.Matches(Encoding.UTF8.GetBytes(dialog.Data)),
        DialogField.Any => filter.Matches(Encoding.UTF8.GetBytes(dialog.Src)) || filter.Matches(Encoding.UTF8.GetBytes(dialog.Dst))
            || filter.Matches(Encoding.UTF8.GetBytes(dialog.Data)),
    };

    private static long CountStates(DialogIndex index, StateSet states)
    {
        if (states == StateSet.Ongoing) return index.Ongoing;
        long count = 0;
        foreach (var state in Enum.GetValues<DialogState>())
            if (states.Includes(state)) count += index.CountOf(state);
        return count;
    }

    /// <summary>eq and ne from the counters alone; re, fm and sw over distinct values, and for any then over the rows.</summary>
    private static long CountMatches(DialogIndex index, DialogFilter filter)
    {
        long? counted = filter.Operator switch
        {
            FilterOperator.Eq => CountOf(index.Find(filter.Value.Span), filter.Field),
            FilterOperator.Ne => index.Ongoing - CountOf(index.Find(filter.Value.Span), filter.Field, all: true),
            FilterOperator.Re or FilterOperator.Sw or FilterOperator.Fm => null,
        };
        if (counted is { } known) return known;
        if (filter.Field == DialogField.Any) return index.CountRows(new RowMatch(index, filter, StateSet.Ongoing));
        long count = 0;
        foreach (var value in index.Values)
            if (CountOf(value, filter.Field) is > 0 and var having && filter.Matches(value.Text)) count += having;
        return count;
    }

    private static int CountOf(FieldValue? value, DialogField field, bool all = false) => value is null ? 0 : field switch
    {
        DialogField.Src => value.Src,
        DialogField.Dst => value.Dst,
        DialogField.Data => value.Data,
        DialogField.Any => all ? value.All : value.Any,
    };

    /// <summary>A filter put to each distinct value once, then to the rows by reference.</summary>
    private readonly struct RowMatch : IRowPredicate
    {
        private readonly HashSet<FieldValue> matching;
        private readonly DialogField field;
        private readonly StateSet states;

        public RowMatch(DialogIndex index, DialogFilter filter, StateSet states)
        {
            (field, this.states) = (filter.Field, states);
            matching = [.. index.Values.Where(value => filter.Matches(value.Text))];
        }

        public bool Matches(in DialogRow row) => states.Includes(row.State) && field switch
        {
            DialogField.Src => matching.Contains(row.Src!),
            DialogField.Dst => matching.Contains(row.Dst),
            DialogField.Data => matching.Contains(row.Data),
            DialogField.Any => matching.Contains(row.Src!) || matching.Contains(row.Dst) || matching.Contains(row.Data),
        };
    }
}
