namespace Dlgs.Streams.Core.Dialogs;

/// <summary>
/// What a full Call still takes (README.md, "Full"): ends and refreshes of pairs of tags that it knows, and closes of dialogs that it reported.
/// So a call that somebody stuffed still ends when its own parties hang up.
/// </summary>
internal sealed partial class Call
{
    /// <summary>Merges what a full Call takes of a message; <paramref name="taken"/>: it is of that kind.</summary>
    public bool MergeEnd(in SipMessage m, LogTime log, out bool taken)
    {
        taken = KnowsPair(m);
        if (!taken) return false;
        var at = new Moment(m.Time, log);
        var overflow = Overflow;
        var news = m.Method switch
        {
            SipMethod.Bye => MergeHangUp(m, at),
            SipMethod.Invite when m.Status == 481 => MergeGone(m, at),
            SipMethod.Invite when m.Status is >= 200 and < 300 => MergeRefresh(m, at),
            SipMethod.Update => m.Status == 481 ? MergeGone(m, at) : MergeRefresh(m, at),
            SipMethod.Invite or SipMethod.Ack or SipMethod.Cancel or SipMethod.Other or _ => taken = false,
        };
        news |= Overflow != overflow;
        if (news) LastNews = log;
        return news;
    }

    /// <summary>As the other, for a close.</summary>
    public bool MergeEnd(in CloseMessage m, LogTime log, out bool taken)
    {
        taken = Texts.TryFind(m.FromTag, out var from) && TryFindReport(from, Named(from, m.SinceCSeq), out _);
        return taken && Merge(m, log);
    }

    private bool KnowsPair(in SipMessage m)
    {
        if (!Texts.TryFind(m.FromTag, out var from) || !Texts.TryFind(m.ToTag, out var to)) return false;
        if (TryFindPair(from, to, out _) || TryFindPair(to, from, out _) || TryFindAnswer(from, to, out _) || TryFindAnswer(to, from, out _)) return true;
        foreach (ref var ack in Acks.Span)
            if (ack.FromTag == from && ack.ToTag == to || ack.FromTag == to && ack.ToTag == from) return true;
        return false;
    }
}
