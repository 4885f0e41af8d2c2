using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Core.Queries;
using Dlgs.Streams.Records;

namespace Dlgs.Streams.Answers;

/// <summary>Which changes one watch is about. For one thread, because patterns learn while they match.</summary>
internal sealed class WatchSelection(QueryFilter[] filters, StateSet states, bool settledOnly)
{
    public bool Includes(DialogChange change)
    {
        if (settledOnly && !change.Settled) return false;
        var dialog = change.ToDialog();
        return states.Includes(dialog.State) && Array.TrueForAll(filters, filter => filter.Matches(dialog));
    }
}
