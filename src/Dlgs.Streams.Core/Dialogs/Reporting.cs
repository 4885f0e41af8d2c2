namespace Dlgs.Streams.Core.Dialogs;

/// <summary>
/// Compares what Derive gives with what was last reported, and settles what is over (semantics section 2.5). The only place that makes
/// changes; live processing and deadlines both end here.
/// </summary>
internal sealed class Reporting(Lifetimes lifetimes)
{
    private readonly Derivation derivation = new(lifetimes);
    private readonly DialogBuilder builder = new();

    /// <summary>The next instant at which the Call has to be looked at; valid after <see cref="Conclude"/>.</summary>
    public LogTime NextDeadline { get; private set; }

    /// <summary>Nothing more is to be expected of the Call: it can be forgotten.</summary>
    public bool IsOver { get; private set; }

    public void Conclude(Call call, LogTime now, Cause cause, List<DialogChange> changes)
    {
        derivation.Derive(call, now);
        NextDeadline = derivation.NextDeadline;
        CloseSuperseded(call, now, cause, changes, before: derivation.Dialogs.Count > 0 ? 0 : -1);
        for (var i = 0; i < derivation.Dialogs.Count; i++)
        {
            ReportDialog(call, derivation.Dialogs[i], now, cause, changes);
            CloseSuperseded(call, now, cause, changes, before: i + 1 < derivation.Dialogs.Count ? i + 1 : -1);
        }
        if (call.LastNews + Lifetimes.Hold <= now) call.Trim();
        ScheduleEnd(call, now);
    }

    private void ReportDialog(Call call, in DerivedDialog dialog, LogTime now, Cause cause, List<DialogChange> changes)
    {
        var row = call.FindReport(dialog.FromTag, dialog.SinceCSeq);
        if (row < 0)
        {
            call.Reports.Add(new Report { FromTag = dialog.FromTag, SinceCSeq = dialog.SinceCSeq });
            row = call.Reports.Count - 1;
        }
        ref var report = ref call.Reports[row];
        (report.UpToCSeq, report.Adopted) = (dialog.UpToCSeq, dialog.Adopted);
        if (IsChange(report, dialog))
        {
            var previous = report.State;
            (report.State, report.Reason, report.Status, report.EndedBy) = (dialog.State, dialog.Reason, dialog.Status, dialog.EndedBy);
            (report.At, report.Settled) = (now, false);
            report.Sequence++;
            changes.Add(new DialogChange(builder.Build(call, derivation, dialog, report), previous, cause, now));
        }
        if (!report.State.IsFinished() || report.Settled) return;
        var settles = report.SettlesAt(lifetimes);
        if (settles > now)
        {
            if (settles < NextDeadline) NextDeadline = settles;
            return;
        }
        Settle(ref report, now);
        changes.Add(new DialogChange(builder.Build(call, derivation, dialog, report), report.State, cause, now));
    }

    private static bool IsChange(in Report report, in DerivedDialog dialog) =>
        report.State != dialog.State
        || dialog.State.IsFinished() && (report.Reason != dialog.Reason || report.Status != dialog.Status || report.EndedBy != dialog.EndedBy);

    private static void Settle(ref Report report, LogTime now)
    {
        (report.Settled, report.SettledAt) = (true, now);
        report.Sequence++;
        report.Revision++;
    }

    /// <summary>
    /// Closes what was reported and Derive no longer yields, in its place: between the dialog before <paramref name="before"/> and it; -1: all
    /// that are left. What had settled is at once settled again.
    /// </summary>
    private void CloseSuperseded(Call call, LogTime now, Cause cause, List<DialogChange> changes, int before)
    {
        while (NextSuperseded(call, before) is >= 0 and var row)
        {
            ref var report = ref call.Reports[row];
            var previous = report.State;
            (report.State, report.Reason, report.Status, report.EndedBy, report.At) = (DialogState.NotAnswered, EndReason.Superseded, 0, Party.None, now);
            if (report.Revision > 0) Settle(ref report, now);
            else report.Sequence++;
            changes.Add(new DialogChange(DialogBuilder.BuildSuperseded(call, report), previous, cause, now));
        }
    }

    private int NextSuperseded(Call call, int before)
    {
        var next = -1;
        for (var i = 0; i < call.Reports.Count; i++)
        {
            ref var report = ref call.Reports[i];
            if (report.IsSuperseded || IsDerived(report)) continue;
            if (before >= 0 && Compare(call, report.FromTag, report.SinceCSeq, derivation.Dialogs[before].FromTag, derivation.Dialogs[before].SinceCSeq) > 0) continue;
            if (next < 0 || Compare(call, report.FromTag, report.SinceCSeq, call.Reports[next].FromTag, call.Reports[next].SinceCSeq) < 0) next = i;
        }
        return next;
    }

    private bool IsDerived(in Report report)
    {
        foreach (ref var dialog in derivation.Dialogs.Span)
            if (dialog.FromTag == report.FromTag && dialog.SinceCSeq == report.SinceCSeq) return true;
        return false;
    }

    private static int Compare(Call call, int fromTag, uint since, int otherFromTag, uint otherSince)
    {
        var order = call.Texts.Compare(fromTag, otherFromTag);
        return order != 0 ? order : since.CompareTo(otherSince);
    }

    /// <summary>Forgetting: late_lifetime after the last settling; without any dialog, hold time after the last new fact. And trimming, while a dialog is up.</summary>
    private void ScheduleEnd(Call call, LogTime now)
    {
        IsOver = false;
        var (settled, ongoing, waiting) = (LogTime.Start, false, false);
        foreach (ref var report in call.Reports.Span)
        {
            ongoing |= report.State.IsOngoing();
            waiting |= report.State.IsFinished() && !report.IsSuperseded && !report.Settled;
            if (report.Revision > 0 && report.SettledAt > settled) settled = report.SettledAt;
        }
        if (ongoing || waiting)
        {
            if (ongoing && call.HasTrimmings()) Schedule(call.LastNews + Lifetimes.Hold);
            return;
        }
        // Hold time after the last fact is never before hold time after the first: adoption had its chance, at the same instant at the latest.
        var end = settled != LogTime.Start ? settled + lifetimes.Late : call.LastNews + Lifetimes.Hold;
        if (end <= now) IsOver = true;
        else Schedule(end);
    }

    private void Schedule(LogTime deadline)
    {
        if (deadline < NextDeadline) NextDeadline = deadline;
    }
}
