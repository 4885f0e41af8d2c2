namespace Dlgs.Streams.Core.Dialogs;

/// <summary>How answered dialogs end (README.md, "With legs" and "Lifetimes").</summary>
internal sealed partial class Derivation
{
    private void Conclude(ref DerivedDialog dialog)
    {
        var legs = Legs.Span.Slice(dialog.FirstLeg, dialog.LegCount);
        var anyAcknowledged = false;
        foreach (ref var leg in legs) anyAcknowledged |= leg.Acknowledged;
        var close = FindClose(dialog);
        var (open, lastEnd) = (-1, new SipTime(long.MinValue));
        for (var i = 0; i < legs.Length; i++)
        {
            ref var leg = ref legs[i];
            if (leg.Acknowledged == anyAcknowledged && (!dialog.Answer.Happened || leg.Answer.Sip < dialog.Answer.Sip)) dialog.Answer = leg.Answer;
            if (leg.Acknowledged != anyAcknowledged) continue;
            EndLeg(dialog.FromTag, ref leg, close);
            if (!leg.Ended) open = open < 0 || leg.Answer.Sip < legs[open].Answer.Sip ? i : open;
            else if (leg.End > lastEnd) lastEnd = leg.End;
        }
        if (anyAcknowledged) EndLostRaces(dialog.FromTag, legs, open < 0 ? lastEnd : null);
        if (open >= 0)
        {
            dialog.State = anyAcknowledged ? DialogState.Confirmed : DialogState.Answered;
            dialog.ToTag = legs[open].ToTag;
            return;
        }
        ref var end = ref LatestEnd(legs);
        (dialog.State, dialog.Reason, dialog.EndedBy, dialog.Expired) = (DialogState.Terminated, end.Reason, end.EndedBy, end.Expired);
        (dialog.Finish, dialog.ToTag) = (end.End, end.ToTag);
        if (end.Reason == EndReason.Closed) dialog.ClosedBy = close.ClosedBy;
    }

    /// <summary>Of the ends that give a reason the latest; equal: the greatest tag, and legs are sorted by tag.</summary>
    private static ref DerivedLeg LatestEnd(Span<DerivedLeg> legs)
    {
        var last = -1;
        for (var i = 0; i < legs.Length; i++)
            if (legs[i].Reason != EndReason.None && (last < 0 || legs[i].End >= legs[last].End)) last = i;
        return ref legs[last];
    }

    /// <summary>
    /// Legs never acknowledged beside one that was: they lost the race. One ends by the caller's BYE (who hangs it up has acknowledged it, RFC 3261
    /// 13.2.2.4); else with the last of the acknowledged ones or hold time after its answer, when its callee gives up (13.3.1.4), and gives no
    /// reason.
    /// </summary>
    private void EndLostRaces(TextId caller, Span<DerivedLeg> legs, SipTime? last)
    {
        foreach (ref var leg in legs)
        {
            if (leg.Acknowledged) continue;
            var byCaller = pairs.Outward(leg.ToTag).HungUp;
            var held = leg.Answer.Sip + Lifetimes.Hold;
            if (byCaller.Happened) EndByBye(ref leg, byCaller.Sip, leg.ToTag == caller ? Party.None : Party.Caller);
            else if (last is { } end) (leg.Ended, leg.End) = (true, end < held ? end : held);
            else if (Passed(leg.Answer.Log + Lifetimes.Hold)) (leg.Ended, leg.End) = (true, held);
        }
    }

    /// <summary>The earliest of a BYE, a 481 and a close (equal: in this order); without any the leg's deadline: evidence beats it.</summary>
    private void EndLeg(TextId caller, ref DerivedLeg leg, in CloseFact close)
    {
        ref readonly var outward = ref pairs.Outward(leg.ToTag);
        // Where both have the same tag, it is one pair, and nobody can tell who it was.
        ref readonly var back = ref pairs.Back(leg.ToTag);
        var sign = LastSign(leg, outward, back, out var sessionExpires);
        EndByBye(ref leg, outward.HungUp, back.HungUp, isOnePair: leg.ToTag == caller);
        EndByGone(ref leg, outward.Gone);
        EndByGone(ref leg, back.Gone);
        EndByClose(ref leg, close, sign);
        if (!leg.Ended) EndByDeadline(ref leg, sign, sessionExpires);
    }

    /// <summary>Which of two BYEs was first is judged by their own times; equal: the callee's.</summary>
    private static void EndByBye(ref DerivedLeg leg, Moment byCaller, Moment byCallee, bool isOnePair)
    {
        if (!byCaller.Happened && !byCallee.Happened) return;
        var callee = byCallee.Happened && (!byCaller.Happened || byCallee.Sip <= byCaller.Sip);
        EndByBye(ref leg, callee ? byCallee.Sip : byCaller.Sip, isOnePair ? Party.None : callee ? Party.Callee : Party.Caller);
    }

    /// <summary>A BYE that was seen before the answer counts at the answer.</summary>
    private static void EndByBye(ref DerivedLeg leg, SipTime end, Party by) =>
        (leg.Ended, leg.Reason, leg.EndedBy, leg.End) = (true, EndReason.Bye, by, end < leg.Answer.Sip ? leg.Answer.Sip : end);

    private static void EndByGone(ref DerivedLeg leg, Moment gone)
    {
        if (!gone.Happened || gone.Sip < leg.Answer.Sip || leg.Ended && leg.End <= gone.Sip) return;
        (leg.Ended, leg.End, leg.Reason, leg.EndedBy) = (true, gone.Sip, EndReason.Gone, Party.None);
    }

    /// <summary>An operator's close ends what was answered by then, unless a sign of life is later.</summary>
    private static void EndByClose(ref DerivedLeg leg, in CloseFact close, Moment sign)
    {
        if (!close.At.Happened || close.At.Sip < leg.Answer.Sip || sign.Sip > close.At.Sip || leg.Ended && leg.End <= close.At.Sip) return;
        (leg.Ended, leg.End, leg.Reason, leg.EndedBy) = (true, close.At.Sip, EndReason.Closed, Party.None);
    }

    /// <summary>
    /// RFC 4028 10: who gets no refresh in time hangs up; hold time for the BYE to get here. Without a session timer, or with one that was switched
    /// off (7.2), active_lifetime.
    /// </summary>
    private void EndByDeadline(ref DerivedLeg leg, Moment sign, uint sessionExpires)
    {
        var session = TimeSpan.FromSeconds(sessionExpires);
        if (session > lifetimes.LimitSessionExpires) session = lifetimes.LimitSessionExpires;
        var lifetime = sessionExpires > 0 ? session + Lifetimes.Hold : lifetimes.Active;
        if (!Passed(sign.Log + lifetime)) return;
        (leg.Ended, leg.End, leg.Reason) = (true, sign.Sip + lifetime, EndReason.Expired);
        leg.Expired = sessionExpires > 0 ? Lifetime.Session : Lifetime.Active;
    }

    /// <summary>The answer, or a refresh later than that: of either direction the latest; equal: the greater Session-Expires.</summary>
    private static Moment LastSign(in DerivedLeg leg, in PairFacts outward, in PairFacts back, out uint sessionExpires)
    {
        var sign = leg.Answer;
        sessionExpires = leg.SessionExpires;
        Look(outward, leg.Answer.Sip, ref sign, ref sessionExpires);
        Look(back, leg.Answer.Sip, ref sign, ref sessionExpires);
        return sign;
    }

    private static void Look(in PairFacts pair, SipTime answer, ref Moment sign, ref uint sessionExpires)
    {
        if (!pair.Refreshed.Happened || pair.Refreshed.Sip <= answer) return;
        if (pair.Refreshed.Sip < sign.Sip || pair.Refreshed.Sip == sign.Sip && pair.SessionExpires <= sessionExpires) return;
        (sign, sessionExpires) = (pair.Refreshed, pair.SessionExpires);
    }
}
