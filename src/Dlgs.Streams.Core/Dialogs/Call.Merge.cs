namespace Dlgs.Streams.Core.Dialogs;

/// <summary>From message to facts: the table of semantics section 2.2. Returns whether anything was new.</summary>
internal sealed partial class Call
{
    /// <summary>Whether a message says anything about a call.</summary>
    public static bool HasFact(in SipMessage m) => m.Method switch
    {
        SipMethod.Invite => !m.IsRequest || m.ToTag.IsEmpty,
        SipMethod.Ack => m.IsRequest,
        SipMethod.Cancel => m.IsRequest && m.ToTag.IsEmpty,
        SipMethod.Bye => m.IsRequest || m.Status is >= 200 and < 300 or 408 or 481,
        SipMethod.Update => m.Status is >= 200 and < 300 or 481,
        SipMethod.Other or _ => false,
    };

    public bool Merge(in SipMessage m, LogTime log)
    {
        var at = new Moment(m.Time, log);
        var news = Moment.KeepEarliest(ref First, at);
        var overflow = Overflow;
        Overflow |= m.Overflow;
        droppedEarlier = false;
        news |= m.Method switch
        {
            SipMethod.Invite => m.IsRequest ? MergeInvite(m, at) : MergeInviteReply(m, at),
            SipMethod.Ack => MergeAck(m, at),
            SipMethod.Cancel => MergeCancel(m, at),
            SipMethod.Bye => MergePair(m, out var pair) && Moment.KeepEarliest(ref Pairs[pair].HungUp, at),
            SipMethod.Update => MergeUpdateReply(m, at),
            SipMethod.Other or _ => false,
        };
        news |= Overflow != overflow || droppedEarlier;
        if (news) LastNews = log;
        return news;
    }

    private bool MergeInvite(in SipMessage m, Moment at)
    {
        if (!AdmitInvite(Texts.Intern(m.FromTag), m.CSeq, attempt: true, at, out var row)) return false;
        ref var invite = ref Invites[row];
        var news = Moment.KeepEarliest(ref invite.Attempt, at);
        if (!invite.InviteSeen) news = invite.InviteSeen = true;
        news |= MergeBranch(m, out _);
        news |= MergeAttributes(ref Invites[row], m, at);
        return news | MergeInviteTags(m);
    }

    private bool MergeInviteReply(in SipMessage m, Moment at)
    {
        var proves = m.Status < 200 && m.ToTag.IsEmpty;
        var news = false;
        if (AdmitInvite(Texts.Intern(m.FromTag), m.CSeq, proves, at, out var row))
        {
            news = MergeBranch(m, out var branch);
            ref var invite = ref Invites[row];
            if (proves) news |= Moment.KeepEarliest(ref invite.Attempt, at);
            if (m.Status < 200) news |= Moment.KeepEarliest(ref invite.Rang, at);
            if (m.Status is > 100 and < 200) news |= Moment.KeepLatest(ref invite.Ringing, at);
            if (m.Status >= 300 && branch >= 0) news |= KeepClosing(ref Branches[branch], at, (ushort)m.Status);
            news |= MergeAttributes(ref invite, m, at);
        }
        if (m.Status is >= 200 and < 300) news |= MergeAnswer(m, at);
        if (m.Status == 481 && !m.ToTag.IsEmpty && MergePair(m, out var pair)) news |= Moment.KeepLatest(ref Pairs[pair].Gone, at);
        return news;
    }

    private bool MergeAnswer(in SipMessage m, Moment at)
    {
        if (!MergePair(m, out var row, answered: true)) return false;
        ref var pair = ref Pairs[row];
        var news = false;
        if (!pair.Answered.Happened || m.CSeq < pair.AnsweredCSeq)
        {
            (pair.AnsweredCSeq, pair.Answered) = (m.CSeq, at);
            news = true;
        }
        else if (m.CSeq == pair.AnsweredCSeq)
        {
            news = Moment.KeepEarliest(ref pair.Answered, at);
        }
        return news | KeepRefresh(ref pair, m, at);
    }

    private bool MergeUpdateReply(in SipMessage m, Moment at)
    {
        if (!MergePair(m, out var row)) return false;
        return m.Status == 481 ? Moment.KeepLatest(ref Pairs[row].Gone, at) : KeepRefresh(ref Pairs[row], m, at);
    }

    private static bool KeepRefresh(ref PairFacts pair, in SipMessage m, Moment at)
    {
        var order = !pair.Refreshed.Happened ? 1
            : m.CSeq != pair.RefreshCSeq ? m.CSeq.CompareTo(pair.RefreshCSeq)
            : m.SessionExpires.CompareTo(pair.SessionExpires);
        if (order < 0) return false;
        if (order == 0) return Moment.KeepEarliest(ref pair.Refreshed, at);
        (pair.RefreshCSeq, pair.SessionExpires, pair.Refreshed) = (m.CSeq, m.SessionExpires, at);
        return true;
    }

    /// <summary>The earliest closing; of equal SIP times the lowest status.</summary>
    private static bool KeepClosing(ref BranchFacts branch, Moment at, ushort status)
    {
        if (branch.Closed.Happened && branch.Closed.Sip == at.Sip)
        {
            var news = Moment.KeepEarliest(ref branch.Closed, at);
            if (status >= branch.Status) return news;
            branch.Status = status;
            return true;
        }
        if (!Moment.KeepEarliest(ref branch.Closed, at)) return false;
        branch.Status = status;
        return true;
    }

    private bool MergeBranch(in SipMessage m, out int row)
    {
        var (from, branch) = (Texts.Intern(m.FromTag), Texts.Intern(m.Branch));
        row = FindBranch(from, m.CSeq, branch);
        if (row < 0 || !Branches[row].Known)
        {
            if (!AdmitBranch(from, m.CSeq, branch, m.Vias, ref row)) return false;
        }
        ref var known = ref Branches[row];
        var news = !known.Known;
        if (news) (known.Known, known.Vias, known.Parent) = (true, (byte)m.Vias, BranchFacts.NoParent);
        if (m.Vias < known.Vias)
        {
            known.Vias = (byte)m.Vias;
            news = true;
        }
        if (m.HasParent && (known.Parent < 0 || m.Parent.SequenceCompareTo(Texts[known.Parent]) > 0))
        {
            known.Parent = Texts.Intern(m.Parent);
            news = true;
        }
        return news;
    }

    private bool MergeAck(in SipMessage m, Moment at)
    {
        if (!MergePair(m, out var pair)) return false;
        var (from, to, branch) = (Pairs[pair].FromTag, Pairs[pair].ToTag, Texts.Intern(m.Branch));
        for (var i = 0; i < Acks.Count; i++)
        {
            ref var ack = ref Acks[i];
            if (ack.CSeq == m.CSeq && ack.Branch == branch && ack.FromTag == from && ack.ToTag == to) return Moment.KeepEarliest(ref ack.Seen, at);
        }
        if (!AdmitAck(from, to, m.CSeq, branch)) return false;
        Acks.Add(new AckFact { FromTag = from, ToTag = to, CSeq = m.CSeq, Branch = branch, Seen = at });
        return true;
    }

    private bool MergeCancel(in SipMessage m, Moment at)
    {
        var (from, branch) = (Texts.Intern(m.FromTag), Texts.Intern(m.Branch));
        if (!AdmitInvite(from, m.CSeq, attempt: false, at, out var invite)) return false;
        var news = Moment.KeepLatest(ref Invites[invite].Cancelled, at);
        var row = FindBranch(from, m.CSeq, branch);
        if (row < 0 && !AdmitCancelledBranch(from, m.CSeq, branch, out row)) return news;
        return Moment.KeepEarliest(ref Branches[row].Cancelled, at) | news;
    }

    private bool MergePair(in SipMessage m, out int row, bool answered = false)
    {
        var (from, to) = (Texts.Intern(m.FromTag), Texts.Intern(m.ToTag));
        row = FindPair(from, to);
        return row >= 0 && (!answered || Pairs[row].Answered.Happened) || AdmitPair(from, to, answered, ref row);
    }

    private static InviteFacts NewInvite(int fromTag, uint cseq) => new()
    {
        FromTag = fromTag, CSeq = cseq, Attempt = Moment.None, Rang = Moment.None, Ringing = Moment.None, Cancelled = Moment.None,
    };

    private static BranchFacts NewBranch(int fromTag, uint cseq, int branch) => new()
    {
        FromTag = fromTag, CSeq = cseq, Branch = branch, Parent = BranchFacts.NoParent, Closed = Moment.None, Cancelled = Moment.None,
    };

    private static PairFacts NewPair(int fromTag, int toTag) => new()
    {
        FromTag = fromTag, ToTag = toTag, Answered = Moment.None, HungUp = Moment.None, Gone = Moment.None, Refreshed = Moment.None,
    };
}
