using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Core.Stores;

namespace Dlgs.Streams.Recordings;

/// <summary>
/// One recording through a store of its own: log time is the running maximum of the frames' times, a cause's offset the frame's number. Not by
/// EventFold, with which it has only the store's Merge in common: a frame is no record, it has no partition, and its clock has been checked.
/// </summary>
internal sealed class Inspection
{
    private readonly DialogStore store = new(partition: 0, new Lifetimes());
    /// <summary>Every dialog that was ever reported, in order of the first change.</summary>
    private readonly OrderedDictionary<DialogId, Dialog> last = [];
    private readonly Action<DialogChange>? each;

    private Inspection(Action<DialogChange>? each) => this.each = each;

    /// <summary>Number of changes.</summary>
    public int Changes { get; private set; }

    /// <summary>Messages that say nothing about a call.</summary>
    public int WithoutFact { get; private set; }

    /// <summary>Reads the recording to its end. Time stands still there, unless <paramref name="expire"/> lets every deadline pass.</summary>
    public static Inspection Of(Recording recording, bool expire, Action<DialogChange>? each = null)
    {
        var inspection = new Inspection(each);
        while (recording.TryRead(out var frame))
        {
            var cause = new Cause(inspection.store.Partition, recording.Frames - 1);
            inspection.Advance(new LogTime(frame.TimeMicros), cause);
            while (recording.TryTake(ref frame, out var message)) inspection.Merge(message, cause);
        }
        var end = new Cause(inspection.store.Partition, recording.Frames);
        while (expire && inspection.store.EarliestDeadline is var deadline && deadline != LogTime.Never) inspection.Advance(deadline, end);
        return inspection;
    }

    /// <summary>The dialogs in their last form, settled and forgotten ones too; superseded ones turned out to be none.</summary>
    public List<Dialog> Dialogs() => [.. last.Values.Where(dialog => dialog.EndReason != EndReason.Superseded)];

    private void Advance(LogTime to, Cause cause)
    {
        store.Advance(to, cause);
        Collect();
    }

    private void Merge(in SipMessage message, Cause cause)
    {
        if (store.Merge(message, cause) == MergeOutcome.NoFact) WithoutFact++;
        Collect();
    }

    private void Collect()
    {
        foreach (var change in store.Changes)
        {
            Changes++;
            last[change.Dialog.Id] = change.Dialog;
            each?.Invoke(change);
        }
        // Times and attributes may move without a change; and a call may be forgotten before anybody asks.
        foreach (var touched in store.Touched)
            foreach (var dialog in store.DialogsOf(touched.CallId.Span)) last[dialog.Id] = dialog;
        store.Commit();
    }
}
