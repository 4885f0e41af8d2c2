namespace Dlgs.Streams.Core.Dialogs;

/// <summary>From message to facts: the table "Messages and their facts" of README.md. Returns whether anything was new.</summary>
internal sealed partial class Call
{
    /// <summary>Whether a message says anything about a call.</summary>
    public static bool HasFact(in SipMessage m) => m.Method switch
    {
        SipMethod.Invite => true,
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
        droppedNews = false;
        news |= m.Method switch
        {
            SipMethod.Invite => m.IsRequest ? MergeInvite(m, at) : MergeInviteReply(m, at),
            SipMethod.Ack => MergeAck(m, at),
            SipMethod.Cancel => MergeCancel(m, at),
            SipMethod.Bye => MergeHangUp(m, at),
            SipMethod.Update => m.Status == 481 ? MergeGone(m, at) : MergeRefresh(m, at),
            SipMethod.Other or _ => false,
        };
        news |= Overflow != overflow || droppedNews;
        if (news) LastNews = log;
        return news;
    }

    private bool MergeInvite(in SipMessage m, Moment at)
    {
        var from = Texts.Intern(m.FromTag);
        if (!m.ToTag.IsEmpty)
        {
            if (!Admit(InviteKind.Traffic, from, m.CSeq, Moment.None, out var inside)) return false;
            return KeepSmallest(ref Invites[inside].Inside, Texts.Intern(m.ToTag), TextId.None) | MergeLaterAttributes(ref Invites[inside], m);
        }
        var news = false;
        if (Admit(InviteKind.Attempt, from, m.CSeq, at, out var row))
        {
            news = Moment.KeepEarliest(ref Invites[row].Attempt, at) | MergeAttributes(ref Invites[row], m);
        }
        if (Admit(InviteKind.Traffic, from, m.CSeq, Moment.None, out var traffic)) news |= MergeBranch(Invites[traffic], m, at);
        return news | MergeInviteTags(from, m);
    }

    private bool MergeInviteReply(in SipMessage m, Moment at)
    {
        var from = Texts.Intern(m.FromTag);
        var news = m.Status < 200 && m.ToTag.IsEmpty && Admit(InviteKind.Attempt, from, m.CSeq, at, out var attempt)
            && Moment.KeepEarliest(ref Invites[attempt].Attempt, at);
        if (Admit(InviteKind.Traffic, from, m.CSeq, m.Status < 200 ? at : Moment.None, out var row))
        {
            news |= MergeBranch(Invites[row], m, at);
            ref var invite = ref Invites[row];
            if (m.Status < 200) news |= Moment.KeepEarliest(ref invite.Rang, at);
            if (m.Status is > 100 and < 200) news |= Moment.KeepLatest(ref invite.Ringing, at);
            if (m.Status is >= 200 and < 300 && !m.ToTag.IsEmpty) news |= KeepSmallest(ref invite.AnsweredBy, Texts.Intern(m.ToTag), none: TextId.Empty);
            news |= MergeLaterAttributes(ref invite, m);
        }
        if (m.Status is >= 200 and < 300) news |= MergeAnswer(from, m, at) | MergeRefresh(m, at);
        if (m.Status == 481 && !m.ToTag.IsEmpty) news |= MergeGone(m, at);
        return news;
    }

    private bool MergeAnswer(TextId from, in SipMessage m, Moment at)
    {
        var to = Texts.Intern(m.ToTag);
        if (!TryFindAnswer(from, to, out var row))
        {
            if (!AdmitAnswer(from, to)) return false;
            Answers.Add(new AnswerFact { FromTag = from, ToTag = to, CSeq = m.CSeq, At = at, SessionExpires = m.SessionExpires });
            return true;
        }
        ref var answer = ref Answers[row];
        if (m.CSeq > answer.CSeq) return false;
        if (m.CSeq < answer.CSeq)
        {
            (answer.CSeq, answer.At, answer.SessionExpires) = (m.CSeq, at, m.SessionExpires);
            return true;
        }
        var longer = m.SessionExpires > answer.SessionExpires;
        if (longer) answer.SessionExpires = m.SessionExpires;
        return Moment.KeepEarliest(ref answer.At, at) | longer;
    }

    private bool MergeHangUp(in SipMessage m, Moment at) => AdmitPair(m, out var row) && Moment.KeepEarliest(ref Pairs[row].HungUp, at);

    private bool MergeGone(in SipMessage m, Moment at) => AdmitPair(m, out var row) && Moment.KeepLatest(ref Pairs[row].Gone, at);

    /// <summary>The highest CSeq, then the greatest Session-Expires, then the earliest.</summary>
    private bool MergeRefresh(in SipMessage m, Moment at)
    {
        if (!AdmitPair(m, out var row)) return false;
        ref var pair = ref Pairs[row];
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

    private bool MergeBranch(in InviteFacts invite, in SipMessage m, Moment at)
    {
        if (invite.IsTrimmed || !Admit(BranchKind.Known, invite.FromTag, m.CSeq, Texts.Intern(m.Branch), out var row)) return false;
        ref var branch = ref Branches[row];
        var news = !branch.Known;
        if (news || m.Time < branch.First) (branch.First, news) = (m.Time, true);
        branch.Known = true;
        if (m.HasParent && (branch.Parent.IsNone || m.Parent.SequenceCompareTo(Texts[branch.Parent]) > 0))
            (branch.Parent, news) = (Texts.Intern(m.Parent), true);
        if (m.Status >= 300) news |= KeepClosing(ref branch, at, (ushort)m.Status);
        return news;
    }

    private bool MergeAck(in SipMessage m, Moment at)
    {
        var (from, to, branch) = (Texts.Intern(m.FromTag), Texts.Intern(m.ToTag), Texts.Intern(m.Branch));
        foreach (ref var ack in Acks.Span)
        {
            if (ack.CSeq == m.CSeq && ack.Branch == branch && ack.FromTag == from && ack.ToTag == to) return Moment.KeepEarliest(ref ack.Seen, at);
        }
        if (!AdmitAck(from, to, m.CSeq, branch, out var place)) return false;
        Acks.Insert(place, new AckFact { FromTag = from, ToTag = to, CSeq = m.CSeq, Branch = branch, Seen = at });
        return true;
    }

    private bool MergeCancel(in SipMessage m, Moment at)
    {
        var (from, branch) = (Texts.Intern(m.FromTag), Texts.Intern(m.Branch));
        if (!Admit(InviteKind.Traffic, from, m.CSeq, Moment.None, out var invite)) return false;
        var news = Moment.KeepLatest(ref Invites[invite].Cancelled, at);
        if (!Invites[invite].IsTrimmed && Admit(BranchKind.Cancelled, from, m.CSeq, branch, out var row))
            news |= Moment.KeepEarliest(ref Branches[row].Cancelled, at);
        return news;
    }

    /// <summary>Merges an operator's close.</summary>
    public bool Merge(in CloseMessage m, LogTime log)
    {
        var at = new Moment(m.Time, log);
        var news = Moment.KeepEarliest(ref First, at) | MergeClose(m, at);
        if (news) LastNews = log;
        return news;
    }

    private bool MergeClose(in CloseMessage m, Moment at)
    {
        var (from, by) = (Texts.Intern(m.FromTag), Texts.Intern(m.ClosedBy));
        var overflow = Overflow;
        if (!AdmitClose(from, m.SinceCSeq, out var row)) return Overflow != overflow;
        ref var close = ref Closes[row];
        var news = !close.At.Happened || at.Sip < close.At.Sip || at.Sip == close.At.Sip && Texts.Compare(by, close.ClosedBy) < 0;
        if (news) close.ClosedBy = by;
        return Moment.KeepEarliest(ref close.At, at) | news;
    }

    /// <summary>Keeps the bytewise smaller of two texts.</summary>
    private bool KeepSmallest(ref TextId kept, TextId text, TextId none)
    {
        if (kept != none && Texts.Compare(kept, text) <= 0) return false;
        kept = text;
        return true;
    }
}
