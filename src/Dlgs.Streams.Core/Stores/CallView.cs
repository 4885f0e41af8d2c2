using Dlgs.Streams.Core.Dialogs;

namespace Dlgs.Streams.Core.Stores;

/// <summary>Reads the dialogs out of a Call's record, for queries: on the asking thread, with objects of its own.</summary>
internal static class CallView
{
    public static List<Dialog> Read(byte[] record, DialogStore store, bool withLeft)
    {
        var (call, now) = (new Call(store.Bounds), store.LogTime);
        CallCodec.Decode(record, call, out _);
        var derivation = new Derivation(store.Lifetimes);
        derivation.Derive(call, now);
        var builder = new DialogBuilder();
        var dialogs = new List<Dialog>(derivation.Dialogs.Count);
        foreach (ref var derived in derivation.Dialogs.Span)
        {
            // Between a record and the log time that it is looked at, a deadline may be on its way: what was not reported is not shown.
            if (!call.TryFindReport(derived.FromTag, derived.SinceCSeq, out var row)) continue;
            ref var report = ref call.Reports[row];
            if (withLeft || !report.State.IsFinished() || report.LeavesAt(store.Lifetimes) > now) dialogs.Add(builder.Build(call, derivation, derived, report));
        }
        return dialogs;
    }
}
