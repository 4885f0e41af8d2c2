namespace Dlgs.Streams.Core.Dialogs;

/// <summary>
/// What a Call keeps (README.md, "Bounds"). Each kind of fact has its own bound and keeps the keys that are smallest, or CSeqs that are
/// highest, by a value that never changes, whatever else is known of them. So a key that is kept in the end was kept from its first fact on,
/// and one that was dropped never comes back: the bounds commute like the merge.
/// </summary>
internal sealed partial class Call
{
    /// <summary>The running merge moved what is kept of dropped CSeqs.</summary>
    private bool droppedNews;

    /// <summary>
    /// The row that an attempt or an INVITE's traffic has: of each From-tag the highest CSeqs, and the first times of those beyond. Every attempt is
    /// traffic too, so a CSeq whose attempt was dropped has no traffic either. <paramref name="at"/>: of the attempt; of traffic, where it is a 1xx.
    /// </summary>
    private bool Admit(InviteKind kind, TextId fromTag, uint cseq, Moment at, out int row)
    {
        if (TryFindInvite(fromTag, cseq, out row) && Invites[row].Has(kind)) return true;
        if (!AdmitFromTag(fromTag)) return false;
        var (count, lowest) = (0, -1);
        for (var i = 0; i < Invites.Count; i++)
        {
            if (Invites[i].FromTag != fromTag || !Invites[i].Has(kind)) continue;
            count++;
            if (lowest < 0 || Invites[i].CSeq < Invites[lowest].CSeq) lowest = i;
        }
        if (count >= bounds.CSeqs)
        {
            Overflow = true;
            if (cseq < Invites[lowest].CSeq)
            {
                KeepOfDropped(kind, fromTag, at);
                return false;
            }
            Drop(kind, lowest);
        }
        row = FindOrAddInvite(fromTag, cseq);
        if (kind == InviteKind.Traffic) Invites[row].HasTraffic = true;
        return true;
    }

    private void Drop(InviteKind kind, int row)
    {
        ref var invite = ref Invites[row];
        KeepOfDropped(kind, invite.FromTag, kind == InviteKind.Attempt ? invite.Attempt : invite.Rang);
        if (kind == InviteKind.Traffic) RemoveBranches(invite.FromTag, invite.CSeq);
        invite.Drop(kind);
        if (invite.IsEmpty) Invites.RemoveAt(row);
    }

    private int FindOrAddInvite(TextId fromTag, uint cseq)
    {
        if (TryFindInvite(fromTag, cseq, out var row)) return row;
        Invites.Add(InviteFacts.New(fromTag, cseq));
        return Invites.Count - 1;
    }

    /// <summary>Of the From-tags that sent INVITEs the smallest.</summary>
    private bool AdmitFromTag(TextId fromTag)
    {
        var (count, greatest) = (0, fromTag);
        Span<TextId> seen = stackalloc TextId[bounds.FromTags];
        foreach (ref var invite in Invites.Span)
        {
            if (invite.FromTag == fromTag) return true;
            if (seen[..count].Contains(invite.FromTag)) continue;
            seen[count++] = invite.FromTag;
            if (Texts.Compare(invite.FromTag, greatest) > 0) greatest = invite.FromTag;
        }
        if (count < bounds.FromTags) return true;
        Overflow = true;
        if (greatest == fromTag) return false;
        RemoveFromTag(greatest);
        return true;
    }

    private void RemoveFromTag(TextId fromTag)
    {
        for (var i = Invites.Count - 1; i >= 0; i--)
            if (Invites[i].FromTag == fromTag) Invites.RemoveAt(i);
        for (var i = Branches.Count - 1; i >= 0; i--)
            if (Branches[i].FromTag == fromTag) Branches.RemoveAt(i);
        for (var i = Dropped.Count - 1; i >= 0; i--)
            if (Dropped[i].FromTag == fromTag) Dropped.RemoveAt(i);
    }

    private void RemoveBranches(TextId fromTag, uint cseq)
    {
        for (var i = Branches.Count - 1; i >= 0; i--)
            if (Branches[i].FromTag == fromTag && Branches[i].CSeq == cseq) Branches.RemoveAt(i);
    }

    private void KeepOfDropped(InviteKind kind, TextId fromTag, Moment first)
    {
        if (!first.Happened) return;
        var row = 0;
        while (row < Dropped.Count && Dropped[row].FromTag != fromTag) row++;
        if (row == Dropped.Count) Dropped.Add(new DroppedCSeqs { FromTag = fromTag, First = Moment.None, Rang = Moment.None });
        ref var dropped = ref Dropped[row];
        droppedNews |= Moment.KeepEarliest(ref kind == InviteKind.Attempt ? ref dropped.First : ref dropped.Rang, first);
    }

    /// <summary>The row of a branch: of one {From-tag, CSeq} the smallest that are known, and the smallest that a CANCEL came on.</summary>
    private bool Admit(BranchKind kind, TextId fromTag, uint cseq, TextId branch, out int row)
    {
        if (TryFindBranch(fromTag, cseq, branch, out row) && Branches[row].Has(kind)) return true;
        var (count, greatest) = (0, -1);
        for (var i = 0; i < Branches.Count; i++)
        {
            if (Branches[i].FromTag != fromTag || Branches[i].CSeq != cseq || !Branches[i].Has(kind)) continue;
            count++;
            if (greatest < 0 || Texts.Compare(Branches[i].Branch, Branches[greatest].Branch) > 0) greatest = i;
        }
        if (count >= bounds.Branches)
        {
            Overflow = true;
            if (Texts.Compare(branch, Branches[greatest].Branch) > 0) return false;
            Branches[greatest].Drop(kind);
            if (Branches[greatest].IsEmpty) Branches.RemoveAt(greatest);
        }
        if (TryFindBranch(fromTag, cseq, branch, out row)) return true;
        Branches.Add(BranchFacts.New(fromTag, cseq, branch));
        return true;
    }
}
