using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Core.Stores;

namespace Dlgs.Streams.Core.Queries;

/// <summary>
/// Puts a selection to Calls' records, and builds the dialogs that are of it: what does not match is no more than decoded, and as a rule not
/// even that. Reused objects, for one query on one thread.
/// </summary>
/// <param name="store">Whose Calls they are.</param>
/// <param name="selection">Which dialogs.</param>
/// <param name="begunBy">Only those whose init time is at or before it; null: all.</param>
internal sealed class CallReader(DialogStore store, DialogSelection selection, SipTime? begunBy = null)
{
    private readonly Call call = new(store.Bounds);
    private readonly Groups invites = new();
    private readonly TagSet tags = new();
    private readonly Derivation derivation = new(store.Lifetimes);
    private readonly DialogBuilder builder = new();
    private readonly ReadOnlyMemory<byte>[] texts = [.. selection.Conditions.Select(TextOf).Where(text => !text.IsEmpty)];

    /// <summary>How many ongoing dialogs of a Call are of the selection.</summary>
    public int CountOngoing(ReadOnlySpan<byte> callId)
    {
        if (store.Calls.FindRecord(callId) is not { } record || !CanMatch(record)) return 0;
        Load(record);
        var count = 0;
        foreach (ref var report in call.Reports.Span)
            if (report.State.IsOngoing() && Matches(report)) count++;
        return count;
    }

    /// <summary>Whether any dialog of a Call is of the selection.</summary>
    public bool HasMatch(byte[] record)
    {
        if (!CanMatch(record)) return false;
        Load(record);
        foreach (ref var report in call.Reports.Span)
            if (Matches(report)) return begunBy is null || Dialogs().Any();
        return false;
    }

    /// <summary>The dialogs of a Call that are of the selection.</summary>
    public IEnumerable<Dialog> Read(byte[] record)
    {
        Load(record);
        return Dialogs();
    }

    /// <summary>False: the record has not the bytes that a match would have to have.</summary>
    private bool CanMatch(byte[] record)
    {
        foreach (var text in texts)
            if (record.AsSpan().IndexOf(text.Span) < 0) return false;
        return true;
    }

    private void Load(byte[] record)
    {
        CallCodec.Decode(record, call, out _);
        invites.Begin(call);
    }

    private IEnumerable<Dialog> Dialogs()
    {
        derivation.Derive(call, store.LogTime);
        for (var i = 0; i < derivation.Dialogs.Count; i++)
        {
            var dialog = derivation.Dialogs[i];
            // Between a record and the log time that it is looked at, a deadline may be on its way: what was not reported is not shown.
            if (!call.TryFindReport(dialog.FromTag, dialog.SinceCSeq, out var row) || !Matches(call.Reports[row])) continue;
            if (selection.States.Includes(dialog.State) && !(dialog.Init > begunBy)) yield return builder.Build(call, derivation, dialog, call.Reports[row]);
        }
    }

    private bool Matches(in Report report)
    {
        if (!selection.States.Includes(report.State) || report.State.IsFinished() && report.LeavesAt(store.Lifetimes) <= store.LogTime) return false;
        if (selection.Conditions.Count == 0) return true;
        var attributes = Attributes.Find(call, report, invites);
        foreach (var condition in selection.Conditions)
            if (condition.Filter is { } filter ? !Matches(filter, attributes) : !HasTag(report, condition.Tag.Span)) return false;
        return true;
    }

    private bool Matches(DialogFilter filter, Attributes attributes)
    {
        return filter.Field switch
        {
            DialogField.Src => Has(attributes.Src),
            DialogField.Dst => Has(attributes.Dst),
            DialogField.Data => Has(attributes.Data),
            DialogField.Any => Has(attributes.Src) || Has(attributes.Dst) || Has(attributes.Data),
        };

        bool Has(TextId text) => filter.Matches(call.Texts[text]);
    }

    private bool HasTag(in Report report, ReadOnlySpan<byte> text)
    {
        tags.Find(call, report);
        foreach (var tag in tags.Span)
            if (text.SequenceEqual(call.Texts[tag])) return true;
        return false;
    }

    private static ReadOnlyMemory<byte> TextOf(DialogCondition condition) => condition.Filter switch
    {
        null => condition.Tag,
        { Operator: FilterOperator.Eq or FilterOperator.Sw } filter => filter.Value,
        _ => default,
    };
}
