using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Shared;

namespace Dlgs.Streams.SystemTests;

/// <summary>Whether what was published is what the callers of recorded calls know.</summary>
internal static class JudgedChanges
{
    /// <summary>What is wrong, a line a call. Dialogs that turned out to be none are no faults.</summary>
    public static List<string> Faults(List<DialogChange> changes, IEnumerable<string> recordings)
    {
        var dialogs = changes.GroupBy(change => (change.CallId, change.FromTag, change.SinceCseq)).Select(dialog => dialog.Last())
            .Where(change => change.EndReason != EndReason.Superseded)
            .Select(c => new Dialog
            {
                CallId = c.CallId, FromTag = c.FromTag, SinceCseq = c.SinceCseq, ToTag = c.ToTag, State = c.State, EndReason = c.EndReason,
                SipStatus = c.SipStatus, EndedBy = c.EndedBy, InitTime = c.InitTime, AnswerTime = c.AnswerTime, FinishTime = c.FinishTime,
            })
            .ToLookup(dialog => dialog.CallId);
        return [.. recordings.SelectMany(name => Judge.Faults(name, dialogs, out _))];
    }
}
