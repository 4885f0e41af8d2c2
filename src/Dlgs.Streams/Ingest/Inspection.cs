using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Core.Stores;

namespace Dlgs.Streams.Ingest;

/// <summary>One recording through a store of its own: log time is the running maximum of the frames' times.</summary>
internal sealed class Inspection
{
    private readonly DialogStore store = new(partition: 0, new Lifetimes());
    private readonly List<DialogId> order = [];
    private readonly Dictionary<DialogId, Dialog> last = [];

    private Inspection()
    {
    }

    public List<DialogChange> Changes { get; } = [];

    public static Inspection Of(Recording recording, bool expire)
    {
        var inspection = new Inspection();
        while (recording.TryRead(out var frame, out var message, out var isMessage)) inspection.Take(frame.TimeMicros, message, isMessage, recording.Frames - 1);
        if (expire) inspection.Advance(new LogTime(long.MaxValue / 2), new Cause(0, recording.Frames));
        return inspection;
    }

    /// <summary>The dialogs in their last form, settled and forgotten ones too, in order of their first change; superseded ones turned out to be none.</summary>
    public List<Dialog> Dialogs() => [.. order.Select(id => last[id]).Where(dialog => dialog.EndReason != EndReason.Superseded)];

    private void Take(long timeMicros, in SipMessage message, bool isMessage, long offset)
    {
        var cause = new Cause(0, offset);
        Advance(new LogTime(timeMicros), cause);
        if (!isMessage) return;
        store.Merge(message, cause);
        Collect();
    }

    private void Advance(LogTime to, Cause cause)
    {
        store.Advance(to, cause);
        Collect();
    }

    private void Collect()
    {
        foreach (var change in store.Changes)
        {
            Changes.Add(change);
            Keep(change.Dialog);
        }
        // Times and attributes may move without a change; and a call may be forgotten before anybody asks.
        foreach (var touched in store.Touched)
            if (touched.Record is not null)
                foreach (var dialog in store.DialogsOf(touched.CallId.Span)) Keep(dialog);
        store.Commit();
    }

    private void Keep(Dialog dialog)
    {
        if (last.TryAdd(dialog.Id, dialog)) order.Add(dialog.Id);
        else last[dialog.Id] = dialog;
    }
}
