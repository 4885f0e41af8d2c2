namespace Dlgs.Streams.Core.Dialogs;

/// <summary>The operator's attributes and tags (README.md, "Attributes and tags").</summary>
internal sealed partial class Call
{
    private bool MergeAttributes(ref InviteFacts invite, in SipMessage m)
    {
        var news = KeepTold(ref invite.Src, ref invite.LaterSrc, m, m.HasSrc, m.Src, m.FromUri);
        news |= KeepTold(ref invite.Dst, ref invite.LaterDst, m, m.HasDst, m.Dst, m.ToUri);
        return news | KeepTold(ref invite.Data, ref invite.LaterData, m, m.HasData, m.Data, default);
    }

    /// <summary>What the INVITE of an attempt tells; what others said and counts less is not needed any more.</summary>
    private bool KeepTold(ref AttributeFact told, ref AttributeFact later, in SipMessage m, bool isExplicit, ReadOnlySpan<byte> value, ReadOnlySpan<byte> uri)
    {
        if (!KeepAttribute(ref told, m, isExplicit, value, uri)) return false;
        if (later.Rank < told.Rank) later = default;
        return true;
    }

    /// <summary>Replies, and INVITEs with To-tag, fill what no attempt told: most say what is known, and are not kept.</summary>
    private bool MergeLaterAttributes(ref InviteFacts invite, in SipMessage m)
    {
        var news = RankOf(m, m.HasSrc) >= invite.Src.Rank && KeepAttribute(ref invite.LaterSrc, m, m.HasSrc, m.Src, m.FromUri);
        news |= RankOf(m, m.HasDst) >= invite.Dst.Rank && KeepAttribute(ref invite.LaterDst, m, m.HasDst, m.Dst, m.ToUri);
        return news | (RankOf(m, m.HasData) >= invite.Data.Rank && KeepAttribute(ref invite.LaterData, m, m.HasData, m.Data, default));
    }

    private static AttributeRank RankOf(in SipMessage m, bool isExplicit) => m.IsRequest
        ? isExplicit ? AttributeRank.InviteExplicit : AttributeRank.InviteDefault
        : isExplicit ? AttributeRank.ReplyExplicit : AttributeRank.ReplyDefault;

    /// <summary>Explicit before default, INVITE before reply, then the fewest Vias, the earliest, the smallest text.</summary>
    private bool KeepAttribute(ref AttributeFact kept, in SipMessage m, bool isExplicit, ReadOnlySpan<byte> value, ReadOnlySpan<byte> uri)
    {
        if (!isExplicit && uri.IsEmpty) return false;
        var rank = RankOf(m, isExplicit);
        var order = rank != kept.Rank ? rank.CompareTo(kept.Rank)
            : m.Vias != kept.Vias ? kept.Vias.CompareTo((byte)m.Vias)
            : kept.Time.CompareTo(m.Time);
        if (order < 0) return false;
        Span<byte> buffer = stackalloc byte[uri.Length];
        var text = isExplicit ? value : buffer[..AddressOfRecord.Write(uri, buffer)];
        if (order == 0 && text.SequenceCompareTo(Texts[kept.Text]) >= 0) return false;
        kept = new AttributeFact { Text = Texts.Intern(text), Rank = rank, Vias = (byte)m.Vias, Time = m.Time };
        return true;
    }

    private bool MergeInviteTags(TextId from, in SipMessage m)
    {
        var news = false;
        foreach (var range in m.Tags)
        {
            var tag = m.TagText[range];
            if (!tag.IsEmpty)
                news |= KeepTag(new TagFact { Tag = Texts.Intern(tag), Scope = TagScope.Invite, FromTag = from, Number = m.CSeq, At = Moment.None });
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
            FromTag = m.HasFromTag ? Texts.Intern(m.FromTag) : TextId.Empty,
            Number = m.HasFromTag ? m.SinceCSeq ?? 0 : 0,
            Removed = m.Remove,
            At = at,
        });
        if (news) LastNews = log;
        return news;
    }

    /// <summary>Of the facts about tags the smallest, in order.</summary>
    private bool KeepTag(TagFact fact)
    {
        var place = 0;
        for (; place < Tags.Count; place++)
        {
            var order = CompareTags(Tags[place], fact);
            if (order == 0) return KeepLatestTag(ref Tags[place], fact);
            if (order > 0) break;
        }
        if (Tags.Count >= bounds.TagFacts)
        {
            var overflow = Overflow;
            Overflow = true;
            if (place == Tags.Count) return !overflow;
            Tags.RemoveInOrder(Tags.Count - 1);
        }
        Tags.Insert(place, fact);
        return true;
    }

    private static bool KeepLatestTag(ref TagFact kept, in TagFact fact)
    {
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

    private int CompareTags(in TagFact a, in TagFact b)
    {
        var order = Texts.Compare(a.Tag, b.Tag);
        if (order == 0) order = a.Scope.CompareTo(b.Scope);
        if (order == 0) order = Texts.Compare(a.FromTag, b.FromTag);
        return order != 0 ? order : a.Number.CompareTo(b.Number);
    }
}
