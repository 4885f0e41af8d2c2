namespace Dlgs.Streams.Core.Dialogs;

/// <summary>One dialog as Derive gives it: numbers of texts and times, no objects.</summary>
internal struct DerivedDialog
{
    public int FromTag;
    public uint SinceCSeq;
    /// <summary>The CSeq that was answered; <see cref="uint.MaxValue"/>: none yet.</summary>
    public uint UpToCSeq;
    public DialogState State;
    public EndReason Reason;
    public ushort Status;
    public Party EndedBy;
    public Lifetime Expired;
    public bool Adopted;
    public int Attempts;
    public SipTime Init;
    public Moment Answer;
    public SipTime Finish;
    public int ToTag;
    /// <summary>Its legs are Legs[FirstLeg .. FirstLeg + LegCount].</summary>
    public int FirstLeg;
    public int LegCount;

    /// <summary>Whether a CSeq of its caller belongs to it.</summary>
    public readonly bool Covers(uint cseq) => cseq >= SinceCSeq && cseq <= UpToCSeq;
}

/// <summary>One callee that answered.</summary>
internal struct DerivedLeg
{
    public int ToTag;
    public uint CSeq;
    public Moment Answer;
    public bool Acknowledged;
    public bool Ended;
    public SipTime End;
    public EndReason Reason;
    public Party EndedBy;
    public Lifetime Expired;
}

/// <summary>
/// Derive(call, now): the one function that knows states (semantics section 2.3). A reused object: the dialogs of the Call that it was last
/// asked about, by From-tag, then since_cseq, and the next instant at which the answer may be another without a new fact.
/// </summary>
internal sealed partial class Derivation(Lifetimes lifetimes)
{
    public readonly Rows<DerivedDialog> Dialogs = new();
    public readonly Rows<DerivedLeg> Legs = new();

    /// <summary>The earliest deadline after now.</summary>
    public LogTime NextDeadline { get; private set; }

    private readonly Rows<int> callers = new();
    private readonly Rows<Attempt> attempts = new();
    private Call call = null!;
    private LogTime now;

    private struct Attempt
    {
        public uint CSeq;
        public SipTime First;
        /// <summary>Row in Invites; -1: proven by a leg only.</summary>
        public int Row;
    }

    public void Derive(Call call, LogTime now)
    {
        (this.call, this.now) = (call, now);
        NextDeadline = LogTime.Never;
        Dialogs.Clear();
        Legs.Clear();
        FindCallers();
        var real = callers.Count;
        if (call.Acks.Count > 0) Adopt();
        SortCallers(real, out var adopted);
        for (var i = 0; i < callers.Count; i++) DeriveCaller(callers[i], (adopted >> i & 1) != 0);
    }

    /// <summary>The From-tags of attempts.</summary>
    private void FindCallers()
    {
        callers.Clear();
        foreach (ref var invite in call.Invites.Span)
            if (invite.Attempt.Happened && !callers.Span.Contains(invite.FromTag)) callers.Add(invite.FromTag);
    }

    /// <summary>
    /// A live call whose start was missed: where a 2xx and its ACK are known and neither tag is a caller, the 2xx's From-tag is taken for
    /// one, hold time after the call's first fact.
    /// </summary>
    private void Adopt()
    {
        while (NextAdopted() is >= 0 and var pair)
        {
            if (!Passed(call.First.Log + Lifetimes.Hold)) return;
            callers.Add(call.Pairs[pair].FromTag);
        }
    }

    /// <summary>In order of the 2xx: time, CSeq, tags. Adopting one never makes an earlier one eligible, so the first eligible is always the next.</summary>
    private int NextAdopted()
    {
        var best = -1;
        for (var i = 0; i < call.Pairs.Count; i++)
        {
            ref var pair = ref call.Pairs[i];
            if (!pair.Answered.Happened || pair.ToTag == 0 || callers.Span.Contains(pair.FromTag) || callers.Span.Contains(pair.ToTag)) continue;
            if (IsAcknowledged(pair.FromTag, pair.ToTag, pair.AnsweredCSeq) && (best < 0 || ComesBefore(pair, call.Pairs[best]))) best = i;
        }
        return best;
    }

    private bool ComesBefore(in PairFacts a, in PairFacts b)
    {
        var order = a.Answered.Sip.CompareTo(b.Answered.Sip);
        if (order == 0) order = a.AnsweredCSeq.CompareTo(b.AnsweredCSeq);
        if (order == 0) order = call.Texts.Compare(a.FromTag, b.FromTag);
        return (order != 0 ? order : call.Texts.Compare(a.ToTag, b.ToTag)) < 0;
    }

    /// <summary>Sorts by bytes; bit i of <paramref name="adopted"/> says that callers[i] is not one by its own INVITE.</summary>
    private void SortCallers(int real, out uint adopted)
    {
        adopted = uint.MaxValue << real;
        if (callers.Count <= 32) adopted &= (uint)((1UL << callers.Count) - 1);
        for (var i = 1; i < callers.Count; i++)
        {
            for (var j = i; j > 0 && call.Texts.Compare(callers[j - 1], callers[j]) > 0; j--)
            {
                (callers[j - 1], callers[j]) = (callers[j], callers[j - 1]);
                var (low, high) = (adopted >> (j - 1) & 1, adopted >> j & 1);
                adopted = adopted & ~(3u << (j - 1)) | high << (j - 1) | low << j;
            }
        }
    }

    private void DeriveCaller(int caller, bool adopted)
    {
        FindAttempts(caller);
        FindLegs(caller, adopted, out var firstLeg);
        var since = 0u;
        var covered = 0;
        for (var leg = firstLeg; leg < Legs.Count;)
        {
            var answered = Legs[leg].CSeq;
            var next = leg;
            while (next < Legs.Count && Legs[next].CSeq == answered) next++;
            ref var dialog = ref Begin(caller, since, adopted);
            (dialog.UpToCSeq, dialog.FirstLeg, dialog.LegCount) = (answered, leg, next - leg);
            covered = CoverAttempts(ref dialog, caller, covered);
            Conclude(ref dialog);
            leg = next;
            since = answered + 1;
        }
        if (covered == attempts.Count) return;
        ref var open = ref Begin(caller, since, adopted);
        var first = covered;
        CoverAttempts(ref open, caller, covered);
        ConcludeUnanswered(ref open, first);
    }

    private ref DerivedDialog Begin(int caller, uint since, bool adopted)
    {
        Dialogs.Add(new DerivedDialog { FromTag = caller, SinceCSeq = since, UpToCSeq = uint.MaxValue, Adopted = adopted, Answer = Moment.None });
        return ref Dialogs[Dialogs.Count - 1];
    }

    private int CoverAttempts(ref DerivedDialog dialog, int caller, int from)
    {
        var i = from;
        dialog.Init = new SipTime(long.MaxValue);
        for (; i < attempts.Count && dialog.Covers(attempts[i].CSeq); i++)
            if (attempts[i].First < dialog.Init) dialog.Init = attempts[i].First;
        dialog.Attempts = i - from;
        if (dialog.SinceCSeq == 0)
            foreach (ref var dropped in call.Dropped.Span)
                if (dropped.FromTag == caller && dropped.First.Sip < dialog.Init) dialog.Init = dropped.First.Sip;
        return i;
    }

    private void FindAttempts(int caller)
    {
        attempts.Clear();
        for (var i = 0; i < call.Invites.Count; i++)
        {
            ref var invite = ref call.Invites[i];
            if (invite.FromTag == caller && invite.Attempt.Happened) InsertAttempt(new Attempt { CSeq = invite.CSeq, First = invite.Attempt.Sip, Row = i });
        }
    }

    private void InsertAttempt(Attempt attempt)
    {
        attempts.Add(attempt);
        for (var j = attempts.Count - 1; j > 0 && attempts[j - 1].CSeq > attempts[j].CSeq; j--)
            (attempts[j - 1], attempts[j]) = (attempts[j], attempts[j - 1]);
    }

    private int FindAttempt(uint cseq)
    {
        for (var i = 0; i < attempts.Count; i++)
            if (attempts[i].CSeq == cseq) return i;
        return -1;
    }

    /// <summary>Whether a deadline has passed; one that has not is kept as the next, if it is the earliest.</summary>
    private bool Passed(LogTime deadline)
    {
        if (deadline <= now) return true;
        if (deadline < NextDeadline) NextDeadline = deadline;
        return false;
    }

    private bool IsAcknowledged(int fromTag, int toTag, uint cseq)
    {
        foreach (ref var ack in call.Acks.Span)
            if (ack.CSeq == cseq && ack.FromTag == fromTag && ack.ToTag == toTag) return true;
        return false;
    }
}
