using Dlgs.Streams.Core.Stores;

namespace Dlgs.Streams.Core.Queries;

/// <summary>
/// A selection as it is put to the rows of one index: each filter has been put to each distinct value once, and what remains compares numbers.
/// </summary>
internal readonly struct RowMatch
{
    private readonly RowCondition[] conditions;
    private readonly StateSet states;

    public RowMatch(DialogIndex index, DialogSelection selection)
    {
        states = selection.States & StateSet.Ongoing;
        conditions = [.. selection.Conditions.Select(condition => RowCondition.Of(index, condition))];
        // What looks at one number before what looks one up.
        Array.Sort(conditions, (a, b) => a.Cost.CompareTo(b.Cost));
    }

    /// <summary>No row can match: somebody asks for a value that nobody has.</summary>
    public bool IsEmpty => states == StateSet.None || Array.Exists(conditions, condition => condition.IsEmpty);

    /// <summary>The number of dialogs in any state, where it is known without a look at the rows.</summary>
    public long? Known => conditions.Length == 1 ? conditions[0].Known : null;

    public bool Matches(in DialogRow row)
    {
        if (!states.Includes(row.State)) return false;
        foreach (var condition in conditions)
            if (!condition.Matches(row)) return false;
        return true;
    }
}
