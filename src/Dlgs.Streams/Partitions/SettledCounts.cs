using Dlgs.Streams.Core.Dialogs;

namespace Dlgs.Streams.Partitions;

/// <summary>
/// How many dialogs of a partition had their first settled change committed, by the state that it had. A part of the partition record, and so of
/// every transaction: exact over restarts and owners.
/// </summary>
internal sealed record SettledCounts(long Terminated, long NotAnswered)
{
    public static readonly SettledCounts None = new(0, 0);

    /// <summary>With the changes of one transaction. Later revisions of a dialog are of one that is counted already.</summary>
    public SettledCounts With(IReadOnlyList<DialogChange> changes)
    {
        var (terminated, notAnswered) = (Terminated, NotAnswered);
        foreach (var change in changes)
        {
            if (change.Dialog is not { Settled: true, Revision: 1 }) continue;
            if (change.Dialog.State == DialogState.Terminated) terminated++;
            else notAnswered++;
        }
        return terminated == Terminated && notAnswered == NotAnswered ? this : new SettledCounts(terminated, notAnswered);
    }
}
