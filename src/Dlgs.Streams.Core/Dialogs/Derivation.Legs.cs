namespace Dlgs.Streams.Core.Dialogs;

/// <summary>Who answered, and how that ended (semantics section 2.3, steps 1 and 3).</summary>
internal sealed partial class Derivation
{
    private int firstLegOfCaller;

    private void FindLegs(int caller, bool adopted, out int firstLeg)
    {
        firstLeg = firstLegOfCaller = Legs.Count;
        var answered = 0u;
        foreach (ref var pair in call.Pairs.Span)
        {
            if (pair.FromTag != caller || !pair.Answered.Happened) continue;
            AddLeg(pair.ToTag, pair.AnsweredCSeq, pair.Answered);
            answered = Math.Max(answered, pair.AnsweredCSeq);
        }
        FindAcknowledgedLegs(caller, answered, anyAnswered: Legs.Count > firstLeg);
        if (!adopted && attempts.Count > 0) FindReinvitingLegs(caller, attempts[attempts.Count - 1].CSeq);

        DropReinvites(firstLeg);
        for (var i = firstLeg; i < Legs.Count; i++)
        {
            var attempt = FindAttempt(Legs[i].CSeq);
            if (attempt < 0) InsertAttempt(new Attempt { CSeq = Legs[i].CSeq, First = Legs[i].Answer.Sip, Row = -1 });
            else if (Legs[i].Answer.Sip < attempts[attempt].First) attempts[attempt].First = Legs[i].Answer.Sip;
        }
        SortLegs(firstLeg);
    }

    /// <summary>Towards a callee without a tag, what looks like further INVITEs without To-tag are re-INVITEs, and no attempts.</summary>
    private void DropReinvites(int firstLeg)
    {
        for (var i = firstLeg; i < Legs.Count; i++)
            if (Legs[i].ToTag == 0)
                while (attempts.Count > 0 && attempts[attempts.Count - 1].CSeq > Legs[i].CSeq) attempts.RemoveAt(attempts.Count - 1);
    }

    private void AddLeg(int toTag, uint cseq, Moment answer) => Legs.Add(new DerivedLeg { ToTag = toTag, CSeq = cseq, Answer = answer });

    private bool HasLeg(int toTag)
    {
        for (var i = firstLegOfCaller; i < Legs.Count; i++)
            if (Legs[i].ToTag == toTag) return true;
        return false;
    }

    /// <summary>By CSeq, then To-tag, so that each answered CSeq's legs stand together.</summary>
    private void SortLegs(int first)
    {
        for (var i = first + 1; i < Legs.Count; i++)
            for (var j = i; j > first && (Legs[j - 1].CSeq > Legs[j].CSeq || Legs[j - 1].CSeq == Legs[j].CSeq && call.Texts.Compare(Legs[j - 1].ToTag, Legs[j].ToTag) > 0); j--)
                (Legs[j - 1], Legs[j]) = (Legs[j], Legs[j - 1]);
    }

    /// <summary>(a) The 2xx was lost, its ACK was not; it counts once that pair hung up or hold time later.</summary>
    private void FindAcknowledgedLegs(int caller, uint answered, bool anyAnswered)
    {
        for (var i = 0; i < call.Acks.Count; i++)
        {
            var toTag = call.Acks[i].ToTag;
            if (call.Acks[i].FromTag != caller || toTag == 0 || HasLeg(toTag)) continue;
            var best = BestAnswerAck(caller, toTag, answered, anyAnswered);
            if (best < 0) continue;
            ref var ack = ref call.Acks[best];
            if (HungUp(caller, toTag) || Passed(ack.Seen.Log + Lifetimes.Hold)) AddLeg(toTag, ack.CSeq, ack.Seen);
        }
    }

    /// <summary>Of a pair's ACKs that can only be for a 2xx: lowest CSeq, then earliest.</summary>
    private int BestAnswerAck(int caller, int toTag, uint answered, bool anyAnswered)
    {
        var best = -1;
        for (var i = 0; i < call.Acks.Count; i++)
        {
            ref var ack = ref call.Acks[i];
            if (ack.FromTag != caller || ack.ToTag != toTag || !ProvesAnswer(ack, answered, anyAnswered)) continue;
            if (best < 0 || ack.CSeq < call.Acks[best].CSeq || ack.CSeq == call.Acks[best].CSeq && IsEarlier(ack.Seen, call.Acks[best].Seen)) best = i;
        }
        return best;
    }

    private static bool IsEarlier(Moment a, Moment b) => a.Sip < b.Sip || a.Sip == b.Sip && a.Log < b.Log;

    private bool ProvesAnswer(in AckFact ack, uint answered, bool anyAnswered)
    {
        if (anyAnswered && ack.CSeq <= answered) return false;
        var attempt = FindAttempt(ack.CSeq);
        if (attempt < 0) return false;
        Survey(ack.FromTag, ack.CSeq);
        // RFC 3261 17.1.1.3: only the ACK to a failure has the branch of its INVITE.
        return !IsKnownBranch(ack.Branch) && !IsOver(out _);
    }

    /// <summary>(b) X, whose own re-INVITE to this caller was answered, if X made no attempt.</summary>
    private void FindReinvitingLegs(int caller, uint highest)
    {
        foreach (ref var pair in call.Pairs.Span)
            if (pair.ToTag == caller && pair.Answered.Happened && !call.IsCaller(pair.FromTag) && !HasLeg(pair.FromTag))
                AddLeg(pair.FromTag, highest, pair.Answered);
    }

    private bool HungUp(int a, int b) => FindHangUp(a, b).Happened || FindHangUp(b, a).Happened;

    private Moment FindHangUp(int fromTag, int toTag) => call.FindPair(fromTag, toTag) is >= 0 and var row ? call.Pairs[row].HungUp : Moment.None;

    private void Conclude(ref DerivedDialog dialog)
    {
        var legs = Legs.Span.Slice(dialog.FirstLeg, dialog.LegCount);
        var anyAcknowledged = false;
        foreach (ref var leg in legs)
        {
            leg.Acknowledged = IsAcknowledged(dialog.FromTag, leg.ToTag, leg.CSeq);
            anyAcknowledged |= leg.Acknowledged;
            if (!dialog.Answer.Happened || leg.Answer.Sip < dialog.Answer.Sip) dialog.Answer = leg.Answer;
        }
        var (open, last) = (-1, -1);
        for (var i = 0; i < legs.Length; i++)
        {
            ref var leg = ref legs[i];
            if (anyAcknowledged && !leg.Acknowledged) continue;
            EndLeg(dialog.FromTag, ref leg);
            if (!leg.Ended) open = open < 0 || leg.Answer.Sip < legs[open].Answer.Sip ? i : open;
            // Equal ends: the greatest tag, and legs are sorted by tag.
            else if (last < 0 || leg.End >= legs[last].End) last = i;
        }
        if (anyAcknowledged) EndUnacknowledged(legs, open < 0 ? legs[last].End : null);
        if (open >= 0)
        {
            dialog.State = anyAcknowledged ? DialogState.Confirmed : DialogState.Answered;
            dialog.ToTag = EarliestOpen(legs);
            return;
        }
        ref var end = ref legs[last];
        (dialog.State, dialog.Reason, dialog.EndedBy, dialog.Expired) = (DialogState.Terminated, end.Reason, end.EndedBy, end.Expired);
        (dialog.Finish, dialog.ToTag) = (end.End, EarliestOpen(legs));
    }

    /// <summary>The earliest answered leg that is up, or else of all.</summary>
    private static int EarliestOpen(Span<DerivedLeg> legs)
    {
        var best = 0;
        for (var i = 1; i < legs.Length; i++)
            if (legs[i].Ended != legs[best].Ended ? legs[best].Ended : legs[i].Answer.Sip < legs[best].Answer.Sip) best = i;
        return legs[best].ToTag;
    }

    /// <summary>
    /// A leg never acknowledged beside an acknowledged one lost the race: it ends with the last of those, or hold time after its answer if
    /// that is sooner, and gives no reason. It decides nothing, so nobody has to be woken for it.
    /// </summary>
    private void EndUnacknowledged(Span<DerivedLeg> legs, SipTime? last)
    {
        foreach (ref var leg in legs)
        {
            if (leg.Acknowledged) continue;
            var held = leg.Answer.Sip + Lifetimes.Hold;
            if (last is { } end) (leg.Ended, leg.End) = (true, end < held ? end : held);
            else if (leg.Answer.Log + Lifetimes.Hold <= now) (leg.Ended, leg.End) = (true, held);
        }
    }

    /// <summary>The earliest of a BYE (not before the answer) and a 481 at or after it; without either the leg's deadline.</summary>
    private void EndLeg(int caller, ref DerivedLeg leg)
    {
        var outward = call.FindPair(caller, leg.ToTag);
        var back = leg.ToTag == caller ? -1 : call.FindPair(leg.ToTag, caller);
        EndByBye(ref leg, outward, back, sameTags: leg.ToTag == caller);
        EndByGone(ref leg, outward);
        EndByGone(ref leg, back);
        if (!leg.Ended) EndByDeadline(ref leg, outward, back);
    }

    private void EndByBye(ref DerivedLeg leg, int outRow, int backRow, bool sameTags)
    {
        var byCaller = outRow >= 0 ? call.Pairs[outRow].HungUp : Moment.None;
        var byCallee = backRow >= 0 ? call.Pairs[backRow].HungUp : Moment.None;
        if (!byCaller.Happened && !byCallee.Happened) return;
        var callee = byCallee.Happened && (!byCaller.Happened || byCallee.Sip <= byCaller.Sip);
        var end = callee ? byCallee.Sip : byCaller.Sip;
        (leg.Ended, leg.Reason) = (true, EndReason.Bye);
        leg.End = end < leg.Answer.Sip ? leg.Answer.Sip : end;
        leg.EndedBy = sameTags ? Party.None : callee ? Party.Callee : Party.Caller;
    }

    private void EndByGone(ref DerivedLeg leg, int row)
    {
        if (row < 0) return;
        var gone = call.Pairs[row].Gone;
        if (!gone.Happened || gone.Sip < leg.Answer.Sip || leg.Ended && leg.End <= gone.Sip) return;
        (leg.Ended, leg.End, leg.Reason, leg.EndedBy) = (true, gone.Sip, EndReason.Gone, Party.None);
    }

    private void EndByDeadline(ref DerivedLeg leg, int outRow, int backRow)
    {
        var (start, lifetime, which) = (leg.Answer, lifetimes.Active, Lifetime.Active);
        var refresh = LaterRefresh(outRow, backRow);
        if (refresh >= 0 && call.Pairs[refresh].SessionExpires > 0)
        {
            // RFC 4028 10: who gets no refresh hangs up; hold time for the BYE to get here.
            start = call.Pairs[refresh].Refreshed;
            (lifetime, which) = (TimeSpan.FromSeconds(call.Pairs[refresh].SessionExpires) + Lifetimes.Hold, Lifetime.Session);
        }
        if (!Passed(start.Log + lifetime)) return;
        (leg.Ended, leg.End, leg.Reason, leg.Expired) = (true, start.Sip + lifetime, EndReason.Expired, which);
    }

    /// <summary>Either direction refreshes; of two the later in time, at the same time the longer.</summary>
    private int LaterRefresh(int outRow, int backRow)
    {
        if (outRow < 0 || !call.Pairs[outRow].Refreshed.Happened) return backRow >= 0 && call.Pairs[backRow].Refreshed.Happened ? backRow : -1;
        if (backRow < 0 || !call.Pairs[backRow].Refreshed.Happened) return outRow;
        var order = call.Pairs[outRow].Refreshed.Sip.CompareTo(call.Pairs[backRow].Refreshed.Sip);
        if (order == 0) order = call.Pairs[outRow].SessionExpires.CompareTo(call.Pairs[backRow].SessionExpires);
        return order >= 0 ? outRow : backRow;
    }
}
