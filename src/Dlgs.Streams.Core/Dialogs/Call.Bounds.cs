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

    /// <summary>The row of an attempt: of each From-tag the highest CSeqs, and the first time of those beyond.</summary>
    private bool AdmitAttempt(int fromTag, uint cseq, Moment at, out int row)
    {
        row = FindInvite(fromTag, cseq);
        if (row >= 0 && Invites[row].Attempt.Happened) return true;
        if (!AdmitFromTag(fromTag)) return false;
        var (count, lowest) = (0, -1);
        for (var i = 0; i < Invites.Count; i++)
        {
            if (Invites[i].FromTag != fromTag || !Invites[i].Attempt.Happened) continue;
            count++;
            if (lowest < 0 || Invites[i].CSeq < Invites[lowest].CSeq) lowest = i;
        }
        if (count >= bounds.CSeqs)
        {
            Overflow = true;
            if (cseq < Invites[lowest].CSeq)
            {
                DropCSeq(fromTag, at, Moment.None);
                return false;
            }
            DropCSeq(fromTag, Invites[lowest].Attempt, Moment.None);
            Invites[lowest].DropAttempt();
            RemoveIfEmpty(lowest);
        }
        row = FindOrAddInvite(fromTag, cseq);
        return true;
    }

    /// <summary>
    /// The row of an INVITE's traffic: of each From-tag the highest CSeqs. Every attempt is traffic too, so a CSeq whose attempt was dropped
    /// has no traffic either. <paramref name="rang"/>: the message is a 1xx.
    /// </summary>
    private bool AdmitTraffic(int fromTag, uint cseq, Moment rang, out int row)
    {
        row = FindInvite(fromTag, cseq);
        if (row >= 0 && Invites[row].HasTraffic) return true;
        if (!AdmitFromTag(fromTag)) return false;
        var (count, lowest) = (0, -1);
        for (var i = 0; i < Invites.Count; i++)
        {
            if (Invites[i].FromTag != fromTag || !Invites[i].HasTraffic) continue;
            count++;
            if (lowest < 0 || Invites[i].CSeq < Invites[lowest].CSeq) lowest = i;
        }
        if (count >= bounds.CSeqs)
        {
            Overflow = true;
            if (cseq < Invites[lowest].CSeq)
            {
                DropCSeq(fromTag, Moment.None, rang);
                return false;
            }
            DropCSeq(fromTag, Moment.None, Invites[lowest].Rang);
            RemoveBranches(fromTag, Invites[lowest].CSeq);
            Invites[lowest].DropTraffic();
            RemoveIfEmpty(lowest);
        }
        row = FindOrAddInvite(fromTag, cseq);
        Invites[row].HasTraffic = true;
        return true;
    }

    private int FindOrAddInvite(int fromTag, uint cseq)
    {
        var row = FindInvite(fromTag, cseq);
        if (row >= 0) return row;
        Invites.Add(InviteFacts.New(fromTag, cseq));
        return Invites.Count - 1;
    }

    private void RemoveIfEmpty(int row)
    {
        if (Invites[row].IsEmpty) Invites.RemoveAt(row);
    }

    /// <summary>Of the From-tags that sent INVITEs the smallest.</summary>
    private bool AdmitFromTag(int fromTag)
    {
        var (count, greatest) = (0, fromTag);
        Span<int> seen = stackalloc int[bounds.FromTags];
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

    private void RemoveFromTag(int fromTag)
    {
        for (var i = Invites.Count - 1; i >= 0; i--)
            if (Invites[i].FromTag == fromTag) Invites.RemoveAt(i);
        for (var i = Branches.Count - 1; i >= 0; i--)
            if (Branches[i].FromTag == fromTag) Branches.RemoveAt(i);
        for (var i = Dropped.Count - 1; i >= 0; i--)
            if (Dropped[i].FromTag == fromTag) Dropped.RemoveAt(i);
    }

    private void RemoveBranches(int fromTag, uint cseq)
    {
        for (var i = Branches.Count - 1; i >= 0; i--)
            if (Branches[i].FromTag == fromTag && Branches[i].CSeq == cseq) Branches.RemoveAt(i);
    }

    private void DropCSeq(int fromTag, Moment first, Moment rang)
    {
        if (!first.Happened && !rang.Happened) return;
        var row = 0;
        while (row < Dropped.Count && Dropped[row].FromTag != fromTag) row++;
        if (row == Dropped.Count) Dropped.Add(new DroppedCSeqs { FromTag = fromTag, First = Moment.None, Rang = Moment.None });
        if (first.Happened) droppedNews |= Moment.KeepEarliest(ref Dropped[row].First, first);
        if (rang.Happened) droppedNews |= Moment.KeepEarliest(ref Dropped[row].Rang, rang);
    }

    /// <summary>Of one {From-tag, CSeq} the smallest branches.</summary>
    private bool AdmitBranch(int fromTag, uint cseq, int branch, out int row)
    {
        row = FindBranch(fromTag, cseq, branch);
        if (row >= 0 && Branches[row].Known) return true;
        var (count, greatest) = (0, -1);
        for (var i = 0; i < Branches.Count; i++)
        {
            if (Branches[i].FromTag != fromTag || Branches[i].CSeq != cseq || !Branches[i].Known) continue;
            count++;
            if (greatest < 0 || Texts.Compare(Branches[i].Branch, Branches[greatest].Branch) > 0) greatest = i;
        }
        if (count >= bounds.Branches)
        {
            Overflow = true;
            if (Texts.Compare(branch, Branches[greatest].Branch) > 0) return NotAdmitted(out row);
            if (Branches[greatest].Cancelled.Happened) Branches[greatest] = BranchFacts.New(fromTag, cseq, Branches[greatest].Branch) with { Cancelled = Branches[greatest].Cancelled };
            else Branches.RemoveAt(greatest);
        }
        row = FindOrAddBranch(fromTag, cseq, branch);
        return true;
    }

    /// <summary>Of one {From-tag, CSeq} the smallest of the branches that a CANCEL came on.</summary>
    private bool AdmitCancelledBranch(int fromTag, uint cseq, int branch, out int row)
    {
        row = FindBranch(fromTag, cseq, branch);
        if (row >= 0 && Branches[row].Cancelled.Happened) return true;
        var (count, greatest) = (0, -1);
        for (var i = 0; i < Branches.Count; i++)
        {
            if (Branches[i].FromTag != fromTag || Branches[i].CSeq != cseq || !Branches[i].Cancelled.Happened) continue;
            count++;
            if (greatest < 0 || Texts.Compare(Branches[i].Branch, Branches[greatest].Branch) > 0) greatest = i;
        }
        if (count >= bounds.Branches)
        {
            Overflow = true;
            if (Texts.Compare(branch, Branches[greatest].Branch) > 0) return NotAdmitted(out row);
            if (Branches[greatest].Known) Branches[greatest].Cancelled = Moment.None;
            else Branches.RemoveAt(greatest);
        }
        row = FindOrAddBranch(fromTag, cseq, branch);
        return true;
    }

    private int FindOrAddBranch(int fromTag, uint cseq, int branch)
    {
        var row = FindBranch(fromTag, cseq, branch);
        if (row >= 0) return row;
        Branches.Add(BranchFacts.New(fromTag, cseq, branch));
        return Branches.Count - 1;
    }

    private static bool NotAdmitted(out int row)
    {
        row = -1;
        return false;
    }
}
