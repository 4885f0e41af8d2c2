using Dlgs.Streams.Core.Dialogs;

namespace Dlgs.Streams.Core.Stores;

/// <summary>Numbers of dialogs by the state in which they settled for the first time: dlgs' group "final".</summary>
/// <param name="Terminated">Answered and over.</param>
/// <param name="NotAnswered">Over without an answer.</param>
public readonly record struct FinalCounts(long Terminated, long NotAnswered)
{
    /// <summary>The sum of two.</summary>
    public static FinalCounts operator +(FinalCounts a, FinalCounts b) => new(a.Terminated + b.Terminated, a.NotAnswered + b.NotAnswered);

    /// <summary>
    /// A dialog settles for the first time with revision 1, and has it no second time: what changes then is not settled, and settles with the next.
    /// </summary>
    internal static FinalCounts FirstSettledIn(List<DialogChange> changes)
    {
        var counts = default(FinalCounts);
        foreach (var change in changes)
            if (change.Dialog is { Settled: true, Revision: 1 }) counts += change.Dialog.State == DialogState.Terminated ? new(1, 0) : new(0, 1);
        return counts;
    }
}
