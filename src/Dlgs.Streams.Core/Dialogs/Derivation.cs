namespace Dlgs.Streams.Core.Dialogs;

/// <summary>One dialog as Derive gives it: numbers of texts and times, no objects.</summary>
internal struct DerivedDialog
{
    public TextId FromTag;
    public uint SinceCSeq;
    /// <summary>The CSeq that was answered; <see cref="uint.MaxValue"/>: none yet.</summary>
    public uint UpToCSeq;
    public DialogState State;
    public EndReason Reason;
    public ushort Status;
    public Party EndedBy;
    public Lifetime Expired;
    /// <summary>Who closed it, where the reason is Closed.</summary>
    public TextId ClosedBy;
    public bool Adopted;
    public int Attempts;
    public SipTime Init;
    public Moment Answer;
    public SipTime Finish;
    public TextId ToTag;
    /// <summary>Its legs are Legs[FirstLeg .. FirstLeg + LegCount].</summary>
    public int FirstLeg;
    public int LegCount;

    /// <summary>Whether a CSeq of its caller belongs to it.</summary>
    public readonly bool Covers(uint cseq) => cseq >= SinceCSeq && cseq <= UpToCSeq;
}

/// <summary>A From-tag that calls; adopted: not by an INVITE of its own.</summary>
internal readonly record struct Caller(TextId Tag, bool Adopted);

/// <summary>One callee that answered.</summary>
internal struct DerivedLeg
{
    public TextId ToTag;
    public uint CSeq;
    public Moment Answer;
    /// <summary>Seconds, of the answer; 0: none.</summary>
    public uint SessionExpires;
    public bool Acknowledged;
    public bool Ended;
    public SipTime End;
    /// <summary>None: it ended without one, or did not.</summary>
    public EndReason Reason;
    public Party EndedBy;
    public Lifetime Expired;
}

/// <summary>
/// Derive(call, now): the one function that knows states (README.md, "Derive"). A reused object: the dialogs of the Call that it was last
/// asked about, by From-tag, then since_cseq, and the next instant at which the answer may be another without a new fact.
/// </summary>
internal sealed partial class Derivation(Lifetimes lifetimes)
{
    public readonly Rows<DerivedDialog> Dialogs = new();
    public readonly Rows<DerivedLeg> Legs = new();

    /// <summary>The earliest deadline after now.</summary>
    public LogTime NextDeadline { get; private set; }

    /// <summary>The Call's INVITEs by From-tag.</summary>
    public Groups InvitesOf { get; } = new();

    /// <summary>As <see cref="Rows{T}.Walked"/>, of what it made itself.</summary>
    public long Walked => Dialogs.Walked + Legs.Walked + callers.Walked + trees.Walked + numbers.Walked + adoptable.Walked + candidates.Walked + waiting.Walked;

    private readonly Rows<Caller> callers = new();
    private readonly Groups branchesOf = new();
    private readonly Groups acksOf = new();
    private readonly BranchTrees trees = new();
    private readonly Numbers numbers = new();
    private readonly TextMap outward = new();
    private readonly TextMap back = new();
    private PairsOf pairs;
    private Call call = null!;
    private LogTime now;

    public void Derive(Call call, LogTime now)
    {
        (this.call, this.now) = (call, now);
        NextDeadline = LogTime.Never;
        Dialogs.Clear();
        Legs.Clear();
        GroupRows();
        FindCallers();
        if (call.Answers.Count > 0 && call.Acks.Count > 0) Adopt();
        SortCallers();
        for (var i = 0; i < callers.Count; i++) DeriveCaller(callers[i]);
    }

    private void GroupRows()
    {
        var texts = call.Texts.Count;
        foreach (ref var invite in call.Invites.Span) (invite.Named, invite.IsAside) = (invite.CSeq, true);
        InvitesOf.Begin(call);
        branchesOf.Begin(texts, call.Branches.Count);
        for (var i = 0; i < call.Branches.Count; i++) branchesOf.Add(call.Branches[i].FromTag, i);
        acksOf.Begin(texts, call.Acks.Count);
        for (var i = 0; i < call.Acks.Count; i++) acksOf.Add(call.Acks[i].FromTag, i);
    }

    /// <summary>The From-tags of attempts.</summary>
    private void FindCallers()
    {
        callers.Clear();
        foreach (ref var invite in call.Invites.Span)
            if (!IsCaller(invite.FromTag) && call.IsAttempt(invite)) callers.Add(new Caller(invite.FromTag, Adopted: false));
    }

    private bool IsCaller(TextId tag)
    {
        foreach (ref readonly var caller in callers.Span)
            if (caller.Tag == tag) return true;
        return false;
    }

    /// <summary>By tag, bytewise.</summary>
    private void SortCallers()
    {
        for (var i = 1; i < callers.Count; i++)
            for (var j = i; j > 0 && call.Texts.Compare(callers[j - 1].Tag, callers[j].Tag) > 0; j--)
                (callers[j - 1], callers[j]) = (callers[j], callers[j - 1]);
    }

    private void DeriveCaller(Caller caller)
    {
        pairs = PairsOf.Of(call, caller.Tag, outward, back);
        trees.Build(call, caller.Tag, branchesOf, acksOf);
        numbers.Build(call, caller.Tag, trees, pairs);
        var firstLeg = Legs.Count;
        FindLegs(caller);
        var (since, covered) = (0u, 0);
        for (var leg = firstLeg; leg < Legs.Count;)
        {
            var answered = Legs[leg].CSeq;
            var next = leg;
            while (next < Legs.Count && Legs[next].CSeq == answered) next++;
            ref var dialog = ref Begin(caller, since);
            (dialog.UpToCSeq, dialog.FirstLeg, dialog.LegCount) = (answered, leg, next - leg);
            covered = CoverAttempts(ref dialog, covered);
            Conclude(ref dialog);
            leg = next;
            since = answered + 1;
        }
        if (!numbers.TryFindHighestAttempt(uint.MaxValue, out var highest) || highest < since) return;
        ref var open = ref Begin(caller, since);
        var first = covered;
        CoverAttempts(ref open, covered);
        ConcludeUnanswered(ref open, first);
    }

    private ref DerivedDialog Begin(Caller caller, uint since)
    {
        Dialogs.Add(new DerivedDialog { FromTag = caller.Tag, SinceCSeq = since, UpToCSeq = uint.MaxValue, Adopted = caller.Adopted, Answer = Moment.None });
        return ref Dialogs[Dialogs.Count - 1];
    }

    /// <summary>Takes the attempts of a dialog from the sorted numbers; returns where the next dialog's begin.</summary>
    private int CoverAttempts(ref DerivedDialog dialog, int from)
    {
        var i = from;
        dialog.Init = new SipTime(long.MaxValue);
        for (; i < numbers.Count && dialog.Covers(numbers[i].CSeq); i++)
        {
            ref var number = ref numbers[i];
            if (!number.IsAttempt) continue;
            dialog.Attempts++;
            if (number.First.Sip < dialog.Init) dialog.Init = number.First.Sip;
        }
        if (dialog.SinceCSeq > 0) return i;
        foreach (ref var dropped in call.Dropped.Span)
            if (dropped.FromTag == dialog.FromTag && dropped.First.Happened && dropped.First.Sip < dialog.Init) dialog.Init = dropped.First.Sip;
        return i;
    }

    /// <summary>The close of a dialog: the earliest, then the smallest name; none: it has not happened.</summary>
    private CloseFact FindClose(in DerivedDialog dialog)
    {
        var found = new CloseFact { At = Moment.None };
        foreach (ref var close in call.Closes.Span)
        {
            if (close.FromTag != dialog.FromTag || numbers.NameOfSince(close.SinceCSeq) != dialog.SinceCSeq) continue;
            var order = !found.At.Happened ? -1 : close.At.Sip.CompareTo(found.At.Sip);
            if (order == 0) order = call.Texts.Compare(close.ClosedBy, found.ClosedBy);
            if (order < 0) found = close;
        }
        return found;
    }

    /// <summary>Whether a deadline has passed; one that has not is kept as the next, if it is the earliest.</summary>
    private bool Passed(LogTime deadline)
    {
        if (deadline <= now) return true;
        if (deadline < NextDeadline) NextDeadline = deadline;
        return false;
    }
}
