using Dlgs.Streams.Core.Dialogs;

namespace Dlgs.Streams.Core.Queries;

/// <summary>Which dialogs a question is about: those that meet all conditions and are in one of the states. For one thread, as conditions are.</summary>
/// <param name="Conditions">All have to hold; empty: there is none.</param>
/// <param name="States">Counts and groups are of its ongoing ones only.</param>
public sealed record DialogSelection(IReadOnlyList<DialogCondition> Conditions, StateSet States)
{
    /// <summary>Whether counting walks over values or dialogs: counters are by one value, one tag or one state.</summary>
    public bool IsScan => Conditions.Count switch
    {
        0 => false,
        1 => !HasAllOngoing || Conditions[0].Filter is { IsScan: true },
        _ => true,
    };

    internal bool HasAllOngoing => (States & StateSet.Ongoing) == StateSet.Ongoing;

    internal Action? Pause { get; private init; }

    /// <summary>The same for a scan, which calls <paramref name="pause"/> now and then; it may throw to end it.</summary>
    public DialogSelection Pausing(Action pause) => this with { Conditions = [.. Conditions.Select(condition => condition.Pausing(pause))], Pause = pause };

    /// <summary>Whether a dialog is one of them.</summary>
    public bool Matches(Dialog dialog) => States.Includes(dialog.State) && Conditions.All(condition => condition.Matches(dialog));
}
