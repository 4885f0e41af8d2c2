using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Core.Stores;

namespace Dlgs.Streams.Core.Queries;

/// <summary>The questions as they were asked until conditions combined; they go when Answers asks the others.</summary>
public static class FormerQueries
{
    /// <summary>Calls that one <see cref="List"/> looks at.</summary>
    public const int ListScan = 16_384;

    /// <summary>See <see cref="StoreQueries.Count"/>.</summary>
    public static long Count(this DialogStore store, DialogFilter? filter, StateSet states, ReadOnlySpan<byte> excludedCallId) =>
        store.Count(new DialogSelection(filter is null ? [] : [DialogCondition.Of(filter)], states), excludedCallId);

    /// <summary>See <see cref="StoreQueries.Count"/>.</summary>
    public static long CountTagged(this DialogStore store, ReadOnlySpan<byte> tag, StateSet states, ReadOnlySpan<byte> excludedCallId) =>
        store.Count(new DialogSelection([DialogCondition.OfTag(System.Text.Encoding.UTF8.GetString(tag))], states), excludedCallId);

    /// <summary>By slot.</summary>
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

    /// <summary>See <see cref="DialogCondition.Matches(Dialog)"/>.</summary>
    public static bool Matches(this DialogFilter filter, Dialog dialog) => DialogCondition.Of(filter).Matches(dialog);
}
