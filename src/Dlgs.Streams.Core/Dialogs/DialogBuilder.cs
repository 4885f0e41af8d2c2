using System.Collections.Immutable;
using System.Text;

namespace Dlgs.Streams.Core.Dialogs;

/// <summary>Makes the Dialog that is reported, or that a query gets: the one place that builds objects and strings of a Call.</summary>
internal sealed class DialogBuilder
{
    private readonly TagSet tags = new();
    private readonly CSeqNames names = new();

    public Dialog Build(Call call, Derivation derivation, in DerivedDialog derived, in Report report)
    {
        var attributes = Attributes.Find(call, report, derivation.InvitesOf);
        tags.Find(call, report);
        return new Dialog
        {
            Id = Id(call, report),
            State = derived.State,
            EndReason = derived.Reason,
            SipStatus = derived.Status,
            EndedBy = derived.EndedBy,
            ExpiredLifetime = derived.Expired,
            ClosedBy = Text(call, derived.ClosedBy),
            Attempts = derived.Attempts,
            Legs = BuildLegs(call, derivation.Legs.Span.Slice(derived.FirstLeg, derived.LegCount)),
            ToTag = Text(call, derived.ToTag),
            InitTime = derived.Init,
            RingTime = RingTime(call, report, derived),
            AnswerTime = derived.Answer.Happened ? derived.Answer.Sip : null,
            FinishTime = derived.State.IsFinished() ? derived.Finish : null,
            LastSeen = LastSeen(call, derivation, derived),
            Src = Text(call, attributes.Src),
            Dst = Text(call, attributes.Dst),
            Data = Text(call, attributes.Data),
            Tags = BuildTags(call),
            Adopted = derived.Adopted,
            Overflow = call.Overflow || tags.Overflow,
            Sequence = report.Sequence,
            Settled = report.Settled,
            Revision = report.Revision,
        };
    }

    /// <summary>What is left to say of a dialog that Derive no longer yields.</summary>
    public static Dialog BuildSuperseded(Call call, Derivation derivation, in Report report)
    {
        var attributes = Attributes.Find(call, report, derivation.InvitesOf);
        return new Dialog
        {
            Id = Id(call, report),
            State = report.State,
            EndReason = report.Reason,
            Src = Text(call, attributes.Src),
            Dst = Text(call, attributes.Dst),
            Data = Text(call, attributes.Data),
            Adopted = report.Adopted,
            Overflow = call.Overflow,
            Sequence = report.Sequence,
            Settled = report.Settled,
            Revision = report.Revision,
        };
    }

    private static DialogId Id(Call call, in Report report) => new(Encoding.UTF8.GetString(call.CallId), Text(call, report.FromTag), report.SinceCSeq);

    private static string Text(Call call, TextId text) => text.IsEmpty ? "" : Encoding.UTF8.GetString(call.Texts[text]);

    private static ImmutableArray<Leg> BuildLegs(Call call, ReadOnlySpan<DerivedLeg> legs)
    {
        if (legs.IsEmpty) return [];
        var built = ImmutableArray.CreateBuilder<Leg>(legs.Length);
        foreach (ref readonly var leg in legs)
            built.Add(new Leg(Text(call, leg.ToTag), leg.CSeq, leg.Answer.Sip, leg.Acknowledged, leg.Ended ? leg.End : null, leg.Reason, leg.EndedBy));
        return built.MoveToImmutable();
    }

    private ImmutableArray<string> BuildTags(Call call)
    {
        if (tags.Count == 0) return [];
        var built = ImmutableArray.CreateBuilder<string>(tags.Count);
        foreach (var tag in tags.Span) built.Add(Text(call, tag));
        return built.MoveToImmutable();
    }

    private static SipTime? RingTime(Call call, in Report report, in DerivedDialog dialog)
    {
        var ring = Moment.None;
        foreach (ref var invite in call.Invites.Span)
            if (invite.FromTag == report.FromTag && report.Covers(invite.Named) && invite.Rang.Happened) Moment.KeepEarliest(ref ring, invite.Rang);
        if (report.SinceCSeq == 0)
        {
            // Of the CSeqs beyond the bound: of re-INVITEs too, so only what rang before the answer.
            foreach (ref var dropped in call.Dropped.Span)
                if (dropped.FromTag == report.FromTag && dropped.Rang.Happened && !(dialog.Answer.Happened && dropped.Rang.Sip > dialog.Answer.Sip))
                    Moment.KeepEarliest(ref ring, dropped.Rang);
        }
        return ring.Happened ? ring.Sip : null;
    }

    /// <summary>The latest SIP time kept in the dialog's facts.</summary>
    private SipTime LastSeen(Call call, Derivation derivation, in DerivedDialog dialog)
    {
        var last = dialog.Init;
        names.Find(call, dialog.FromTag);
        foreach (ref var invite in call.Invites.Span)
        {
            if (invite.FromTag != dialog.FromTag || !dialog.Covers(invite.Named)) continue;
            Look(ref last, invite.Attempt);
            Look(ref last, invite.Rang);
            Look(ref last, invite.Ringing);
            Look(ref last, invite.Cancelled);
        }
        foreach (ref var branch in call.Branches.Span)
        {
            if (branch.FromTag != dialog.FromTag || !dialog.Covers(names.NameOf(branch.CSeq))) continue;
            if (branch.Known && branch.First > last) last = branch.First;
            Look(ref last, branch.Closed);
            Look(ref last, branch.Cancelled);
        }
        foreach (ref var ack in call.Acks.Span)
            if (ack.FromTag == dialog.FromTag && dialog.Covers(names.NameOf(ack.CSeq))) Look(ref last, ack.Seen);
        foreach (ref var close in call.Closes.Span)
            if (close.FromTag == dialog.FromTag && names.NameOfSince(close.SinceCSeq) == dialog.SinceCSeq) Look(ref last, close.At);
        foreach (ref var leg in derivation.Legs.Span.Slice(dialog.FirstLeg, dialog.LegCount))
        {
            Look(ref last, leg.Answer);
            LookAtPair(ref last, call, dialog.FromTag, leg.ToTag);
            LookAtPair(ref last, call, leg.ToTag, dialog.FromTag);
        }
        return last;
    }

    private static void LookAtPair(ref SipTime last, Call call, TextId fromTag, TextId toTag)
    {
        if (call.TryFindAnswer(fromTag, toTag, out var answer)) Look(ref last, call.Answers[answer].At);
        if (!call.TryFindPair(fromTag, toTag, out var row)) return;
        ref var pair = ref call.Pairs[row];
        Look(ref last, pair.HungUp);
        Look(ref last, pair.Gone);
        Look(ref last, pair.Refreshed);
    }

    private static void Look(ref SipTime last, Moment moment)
    {
        if (moment.Happened && moment.Sip > last) last = moment.Sip;
    }
}
