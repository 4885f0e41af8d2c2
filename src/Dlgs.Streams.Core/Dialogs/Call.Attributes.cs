namespace Dlgs.Streams.Core.Dialogs;

/// <summary>The operator's attributes and tags (semantics section 2.8).</summary>
internal sealed partial class Call
{
    /// <summary>Tag facts of one Call that are kept: the smallest.</summary>
    private const int MaxTagFacts = 64;

    private bool MergeAttributes(ref InviteFacts invite, in SipMessage m, Moment at)
    {
        var news = KeepAttribute(ref invite.Src, m, at, m.HasSrc, m.Src, m.FromUri);
        news |= KeepAttribute(ref invite.Dst, m, at, m.HasDst, m.Dst, m.ToUri);
        return news | KeepAttribute(ref invite.Data, m, at, m.HasData, m.Data, default);
    }

    /// <summary>INVITE before reply, explicit before default, then the fewest Vias, the earliest, the smallest text.</summary>
    private bool KeepAttribute(ref AttributeFact kept, in SipMessage m, Moment at, bool isExplicit, ReadOnlySpan<byte> value, ReadOnlySpan<byte> uri)
    {
        if (!isExplicit && uri.IsEmpty) return false;
        var rank = m.IsRequest
            ? isExplicit ? AttributeRank.InviteExplicit : AttributeRank.InviteDefault
            : isExplicit ? AttributeRank.ReplyExplicit : AttributeRank.ReplyDefault;
        var order = rank != kept.Rank ? rank.CompareTo(kept.Rank)
            : m.Vias != kept.Vias ? kept.Vias.CompareTo((byte)m.Vias)
            : kept.Time.CompareTo(at.Sip);
        if (order < 0) return false;
        Span<byte> buffer = stackalloc byte[uri.Length];
        var text = isExplicit ? value : buffer[..AddressOfRecord.Write(uri, buffer)];
        if (order == 0 && text.SequenceCompareTo(Texts[kept.Text]) >= 0) return false;
        kept = new AttributeFact { Text = Texts.Intern(text), Rank = rank, Vias = (byte)m.Vias, Time = at.Sip };
        return true;
    }

    private bool MergeInviteTags(in SipMessage m)
    {
        var news = false;
        foreach (var range in m.Tags)
        {
            var tag = m.TagText[range];
            if (!tag.IsEmpty) news |= KeepTag(new TagFact { Tag = Texts.Intern(tag), Scope = TagScope.Invite, FromTag = Texts.Intern(m.FromTag), Number = m.CSeq, At = Moment.None });
        }
        return news;
    }

    public bool Merge(in TagMessage m, LogTime log)
    {
        var at = new Moment(m.Time, log);
        var news = Moment.KeepEarliest(ref First, at) | KeepTag(new TagFact
        {
            Tag = Texts.Intern(m.Tag),
            Scope = !m.HasFromTag ? TagScope.Call : m.SinceCSeq is null ? TagScope.Caller : TagScope.Dialog,
            FromTag = m.HasFromTag ? Texts.Intern(m.FromTag) : 0,
            Number = m.HasFromTag ? m.SinceCSeq ?? 0 : 0,
            Removed = m.Remove,
            At = at,
        });
        if (news) LastNews = log;
        return news;
    }

    private bool KeepTag(TagFact fact)
    {
        for (var i = 0; i < Tags.Count; i++)
        {
            ref var kept = ref Tags[i];
            if (kept.Tag != fact.Tag || kept.Scope != fact.Scope || kept.FromTag != fact.FromTag || kept.Number != fact.Number) continue;
            if (!fact.At.Happened) return false;
            if (kept.At.Sip == fact.At.Sip && kept.Removed != fact.Removed)
            {
                if (kept.Removed) return false;
                kept.Removed = true;
                return true;
            }
            if (!Moment.KeepLatest(ref kept.At, fact.At)) return false;
            kept.Removed = fact.Removed;
            return true;
        }
        if (Tags.Count >= MaxTagFacts)
        {
            Overflow = true;
            var greatest = 0;
            for (var i = 1; i < Tags.Count; i++)
                if (CompareTags(Tags[i], Tags[greatest]) > 0) greatest = i;
            if (CompareTags(fact, Tags[greatest]) > 0) return false;
            Tags.RemoveAt(greatest);
        }
        Tags.Add(fact);
        return true;
    }

    private int CompareTags(in TagFact a, in TagFact b)
    {
        var order = Texts.Compare(a.Tag, b.Tag);
        if (order == 0) order = a.Scope.CompareTo(b.Scope);
        if (order == 0) order = Texts.Compare(a.FromTag, b.FromTag);
        return order != 0 ? order : a.Number.CompareTo(b.Number);
    }
}
