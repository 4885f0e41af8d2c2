namespace Dlgs.Streams.Core.Dialogs;

/// <summary>Who answered (README.md, "Legs").</summary>
internal sealed partial class Derivation
{
    private readonly TextMap legOf = new();
    private readonly TextMap candidateOf = new();
    private readonly Rows<AckFact> candidates = new();
    private readonly Rows<AckFact> waiting = new();

    /// <summary>The highest CSeq that the caller's callees answered, and the highest that another than that callee did.</summary>
    private (bool Any, uint CSeq, TextId ToTag, bool AnyOther, uint Other) answered;

    private void FindLegs(Caller caller)
    {
        var firstLeg = Legs.Count;
        legOf.Begin(call.Texts.Count);
        answered = default;
        foreach (ref var answer in call.Answers.Span)
            if (answer.FromTag == caller.Tag) AddLeg(answer.ToTag, numbers.NameOf(answer.CSeq), answer.At, answer.SessionExpires);
        FindHighestAnswers(firstLeg);
        FindAcknowledgedLegs(caller.Tag);
        if (!caller.Adopted) FindReinvitingLegs(caller.Tag);
        foreach (ref var ack in waiting.Span)
            if (!legOf.Has(ack.ToTag)) Moment.KeepLatest(ref numbers.Get(ack.CSeq).Waiting, ack.Seen);
        CountLegsAsAttempts(firstLeg);
        numbers.NoteAsides(call);
        SortLegs(firstLeg);
        MarkAcknowledged(caller.Tag, firstLeg);
    }

    private void AddLeg(TextId toTag, uint cseq, Moment answer, uint sessionExpires)
    {
        legOf.Set(toTag, Legs.Count);
        Legs.Add(new DerivedLeg { ToTag = toTag, CSeq = cseq, Answer = answer, SessionExpires = sessionExpires });
    }

    /// <summary>
    /// What proves an answer more weakly than its 2xx: it counts where the To-tag has no leg, or one of a higher CSeq and a later time, whose 2xx
    /// answered a re-INVITE.
    /// </summary>
    private void AddWeaker(TextId toTag, uint cseq, Moment answer, uint sessionExpires)
    {
        if (!legOf.TryGet(toTag, out var row)) AddLeg(toTag, cseq, answer, sessionExpires);
        else if (Legs[row].CSeq > cseq && Legs[row].Answer.Sip > answer.Sip)
            Legs[row] = new DerivedLeg { ToTag = toTag, CSeq = cseq, Answer = answer, SessionExpires = sessionExpires };
    }

    private void FindHighestAnswers(int firstLeg)
    {
        for (var i = firstLeg; i < Legs.Count; i++)
        {
            if (!answered.Any || Legs[i].CSeq > answered.CSeq) answered = (true, Legs[i].CSeq, Legs[i].ToTag, answered.Any, answered.CSeq);
            else if (!answered.AnyOther || Legs[i].CSeq > answered.Other) (answered.AnyOther, answered.Other) = (true, Legs[i].CSeq);
        }
    }

    /// <summary>
    /// (a) The 2xx was lost, its ACK was not.
    /// It counts once that pair hung up or hold time later; of those that count: lowest CSeq, earliest.
    /// </summary>
    private void FindAcknowledgedLegs(TextId caller)
    {
        candidates.Clear();
        waiting.Clear();
        candidateOf.Begin(call.Texts.Count);
        for (var row = acksOf.First(caller); row >= 0; row = acksOf.Next(row))
        {
            ref var ack = ref call.Acks[row];
            var cseq = numbers.NameOf(ack.CSeq);
            if (!ProvesAnswer(ack, cseq)) continue;
            var named = ack with { CSeq = cseq };
            if (!pairs.Outward(ack.ToTag).HungUp.Happened && !pairs.Back(ack.ToTag).HungUp.Happened && !Passed(ack.Seen.Log + Lifetimes.Hold))
                waiting.Add(named);
            else Consider(named);
        }
        foreach (ref var ack in candidates.Span) AddWeaker(ack.ToTag, ack.CSeq, ack.Seen, sessionExpires: 0);
    }

    private void Consider(in AckFact ack)
    {
        if (!candidateOf.TryGet(ack.ToTag, out var row))
        {
            candidateOf.Set(ack.ToTag, candidates.Count);
            candidates.Add(ack);
            return;
        }
        ref var best = ref candidates[row];
        if (ack.CSeq < best.CSeq || ack.CSeq == best.CSeq && IsEarlier(ack.Seen, best.Seen)) best = ack;
    }

    private static bool IsEarlier(Moment a, Moment b) => a.Sip < b.Sip || a.Sip == b.Sip && a.Log < b.Log;

    /// <summary>
    /// Whether an ACK can only be for a 2xx that was not seen:
    /// of an attempt that is not over, above every CSeq that another To-tag answered.
    /// </summary>
    private bool ProvesAnswer(in AckFact ack, uint cseq)
    {
        if (ack.ToTag.IsEmpty) return false;
        // One of the leg's own CSeq or above tells nothing that its 2xx did not.
        if (legOf.TryGet(ack.ToTag, out var leg) && Legs[leg].CSeq <= cseq) return false;
        if (answered.Any && answered.ToTag != ack.ToTag && cseq <= answered.CSeq) return false;
        if (answered.AnyOther && answered.ToTag == ack.ToTag && cseq <= answered.Other) return false;
        if (!numbers.TryFind(cseq, out var place) || !numbers[place].IsAttempt || numbers[place].IsOver) return false;
        // RFC 3261 17.1.1.3: only the ACK to a failure has the branch of its INVITE.
        return !trees.IsInvites(ack.CSeq, ack.Branch);
    }

    /// <summary>(b) X, whose own re-INVITE to this caller was answered, if X made no attempt.</summary>
    private void FindReinvitingLegs(TextId caller)
    {
        foreach (ref var answer in call.Answers.Span)
        {
            if (answer.ToTag != caller || IsCallerByAttempt(answer.FromTag)) continue;
            var below = legOf.TryGet(answer.FromTag, out var leg) ? Legs[leg].CSeq : uint.MaxValue;
            if (numbers.TryFindHighestAttempt(below, out var highest)) AddWeaker(answer.FromTag, highest, answer.At, answer.SessionExpires);
        }
    }

    private bool IsCallerByAttempt(TextId fromTag)
    {
        for (var row = InvitesOf.First(fromTag); row >= 0; row = InvitesOf.Next(row))
            if (call.IsAttempt(call.Invites[row])) return true;
        return false;
    }

    /// <summary>
    /// A leg's CSeq is an attempt too, even one that is no attempt by itself. Towards a callee without a tag, what looks like further INVITEs
    /// without To-tag are re-INVITEs, and no attempts.
    /// </summary>
    private void CountLegsAsAttempts(int firstLeg)
    {
        for (var i = firstLeg; i < Legs.Count; i++)
            if (Legs[i].ToTag.IsEmpty)
                foreach (ref var number in numbers.Span)
                    if (number.CSeq > Legs[i].CSeq) (number.IsAttempt, number.First) = (false, Moment.None);
        for (var i = firstLeg; i < Legs.Count; i++)
        {
            ref var number = ref numbers.Get(Legs[i].CSeq);
            number.IsAttempt = true;
            Moment.KeepEarliest(ref number.First, Legs[i].Answer);
            if (number.FirstOfAny.Happened) Moment.KeepEarliest(ref number.First, number.FirstOfAny);
        }
    }

    /// <summary>By CSeq, then To-tag, so that each answered CSeq's legs stand together.</summary>
    private void SortLegs(int first)
    {
        for (var i = first + 1; i < Legs.Count; i++)
            for (var j = i; j > first && IsAfter(Legs[j - 1], Legs[j]); j--)
                (Legs[j - 1], Legs[j]) = (Legs[j], Legs[j - 1]);
        for (var i = first; i < Legs.Count; i++) legOf.Set(Legs[i].ToTag, i);
    }

    private bool IsAfter(in DerivedLeg a, in DerivedLeg b) =>
        a.CSeq > b.CSeq || a.CSeq == b.CSeq && call.Texts.Compare(a.ToTag, b.ToTag) > 0;

    private void MarkAcknowledged(TextId caller, int firstLeg)
    {
        if (firstLeg == Legs.Count) return;
        for (var row = acksOf.First(caller); row >= 0; row = acksOf.Next(row))
        {
            ref var ack = ref call.Acks[row];
            if (legOf.TryGet(ack.ToTag, out var leg) && Legs[leg].CSeq == numbers.NameOf(ack.CSeq)) Legs[leg].Acknowledged = true;
        }
    }
}
