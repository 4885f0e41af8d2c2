namespace Dlgs.Streams.Core.Dialogs;

/// <summary>
/// Compares what Derive gives with what was last reported, and settles what is over (README.md, "Changes and settling"). The only place that makes
/// changes; live processing and deadlines both end here.
/// </summary>
internal sealed class Reporting(Lifetimes lifetimes)
{
    private readonly Derivation derivation = new(lifetimes);
    private readonly DialogBuilder builder = new();

    /// <summary>As <see cref="Rows{T}.Walked"/>.</summary>
    public long Walked => derivation.Walked;

    /// <summary>The next instant at which the Call has to be looked at; valid after <see cref="Conclude"/>.</summary>
    public LogTime NextDeadline { get; private set; }

    /// <summary>Nothing more is to be expected of the Call: it can be forgotten.</summary>
    public bool IsOver { get; private set; }

    public void Conclude(Call call, LogTime now, Cause cause, List<DialogChange> changes)
    {
        derivation.Derive(call, now);
        NextDeadline = derivation.NextDeadline;
        // Both are sorted by From-tag, then since_cseq: one walk, and changes come in that order.
        var (report, dialog) = (0, 0);
        while (report < call.Reports.Count || dialog < derivation.Dialogs.Count)
        {
            var order = Compare(call, report, dialog);
            if (order < 0) CloseSuperseded(call, ref call.Reports[report++], now, cause, changes);
            else if (order == 0) ReportDialog(call, derivation.Dialogs[dialog++], ref call.Reports[report++], now, cause, changes);
            else if (call.Reports.Count < call.Bounds.Reports) Begin(call, derivation.Dialogs[dialog], report);
            else
            {
                // Nobody hears of a dialog beyond the bound; those that were reported say that there is more.
                call.Overflow = true;
                dialog++;
            }
        }
        ScheduleEnd(call, now);
    }

    /// <summary>Below 0: the report's dialog is not derived any more; above: the derived dialog was never reported.</summary>
    private int Compare(Call call, int report, int dialog)
    {
        if (report == call.Reports.Count) return 1;
        if (dialog == derivation.Dialogs.Count) return -1;
        ref var derived = ref derivation.Dialogs[dialog];
        ref var reported = ref call.Reports[report];
        var order = call.Texts.Compare(reported.FromTag, derived.FromTag);
        return order != 0 ? order : reported.SinceCSeq.CompareTo(derived.SinceCSeq);
    }

    private static void Begin(Call call, in DerivedDialog dialog, int place) =>
        call.Reports.Insert(place, new Report { FromTag = dialog.FromTag, SinceCSeq = dialog.SinceCSeq, UpToCSeq = dialog.UpToCSeq });

    private void ReportDialog(Call call, in DerivedDialog dialog, ref Report report, LogTime now, Cause cause, List<DialogChange> changes)
    {
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
        // It leaves lists and answers when the log time gets there: on a quiet partition somebody has to move it.
        if (report.LeavesAt(lifetimes) is var leaves && leaves > now) Schedule(leaves);
        else if (report.SettlesAt(lifetimes) is var settles && settles > now) Schedule(settles);
        else
        {
            Settle(ref report, now);
            changes.Add(new DialogChange(builder.Build(call, derivation, dialog, report), report.State, cause, now));
        }
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
    /// Closes what was reported and Derive no longer yields. What had settled is at once settled again; but not where a bound was hit: it may be for
    /// facts that were dropped, and a caller must not take back a call that was billed by sending rubbish after it.
    /// </summary>
    private void CloseSuperseded(Call call, ref Report report, LogTime now, Cause cause, List<DialogChange> changes)
    {
        if (report.IsSuperseded || report.Settled && call.Overflow) return;
        var previous = report.State;
        (report.State, report.Reason, report.Status, report.EndedBy, report.At) = (DialogState.NotAnswered, EndReason.Superseded, 0, Party.None, now);
        if (report.Revision > 0) Settle(ref report, now);
        else report.Sequence++;
        changes.Add(new DialogChange(DialogBuilder.BuildSuperseded(call, derivation, report), previous, cause, now));
    }

    /// <summary>
    /// Forgetting: late_lifetime after the last settling;
    /// without any dialog, hold time after the last new fact. And trimming, while one is up.
    /// </summary>
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
            if (ongoing) Trim(call, now);
            return;
        }
        // Hold time after the last fact is never before hold time after the first: adoption had its chance, at the same instant at the latest.
        var end = settled != LogTime.Start ? settled + lifetimes.Late : call.LastNews + Lifetimes.Hold;
        if (end <= now) IsOver = true;
        else Schedule(end);
    }

    /// <summary>A call that is up and quiet drops what it needs no more, when no late copy is expected any more either.</summary>
    private void Trim(Call call, LogTime now)
    {
        var quiet = call.LastNews + lifetimes.Late;
        if (quiet <= now) call.Trim(derivation.Dialogs);
        else if (call.HasTrimmings(derivation.Dialogs)) Schedule(quiet);
    }

    private void Schedule(LogTime deadline)
    {
        if (deadline < NextDeadline) NextDeadline = deadline;
    }
}
