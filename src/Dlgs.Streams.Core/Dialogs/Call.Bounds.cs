namespace Dlgs.Streams.Core.Dialogs;

/// <summary>
/// The bounds of semantics section 2.6. Each keeps the smallest or the highest, so what is kept does not depend on what came first; what is
/// not kept sets the flag that the dialog shows.
/// </summary>
internal sealed partial class Call
{
    /// <summary>The running merge moved the time of an attempt beyond the bound.</summary>
    private bool droppedEarlier;

    /// <summary>The row of {From-tag, CSeq}, made if it is within the bounds: 8 callers (smallest), of each the 16 highest CSeqs; From-tags and CSeqs without an attempt likewise.</summary>
    private bool AdmitInvite(int fromTag, uint cseq, bool attempt, Moment at, out int row)
    {
        row = FindInvite(fromTag, cseq);
        if (row >= 0 && (!attempt || Invites[row].Attempt.Happened)) return true;
        if (!AdmitCaller(fromTag, attempt)) return false;
        var (count, lowest) = (0, -1);
        for (var i = 0; i < Invites.Count; i++)
        {
            if (Invites[i].FromTag != fromTag || Invites[i].Attempt.Happened != attempt || i == row) continue;
            count++;
            if (lowest < 0 || Invites[i].CSeq < Invites[lowest].CSeq) lowest = i;
        }
        if (count >= Bounds.CSeqs)
        {
            Overflow = true;
            if (cseq < Invites[lowest].CSeq)
            {
                if (attempt) DropAttempt(fromTag, at);
                return false;
            }
            if (attempt) DropAttempt(fromTag, Invites[lowest].Attempt);
            RemoveInvite(lowest);
        }
        row = FindInvite(fromTag, cseq);
        if (row < 0)
        {
            Invites.Add(NewInvite(fromTag, cseq));
            row = Invites.Count - 1;
        }
        return true;
    }

    private bool AdmitCaller(int fromTag, bool attempt)
    {
        if (HasInvites(fromTag, attempt)) return true;
        var (count, greatest) = (0, fromTag);
        for (var i = 0; i < Invites.Count; i++)
        {
            var other = Invites[i].FromTag;
            if (IsCaller(other) != attempt || FirstRowOf(other) != i || other == fromTag) continue;
            count++;
            if (Texts.Compare(other, greatest) > 0) greatest = other;
        }
        if (count < Bounds.Callers) return true;
        Overflow = true;
        if (greatest == fromTag) return false;
        for (var i = Invites.Count - 1; i >= 0; i--)
            if (Invites[i].FromTag == greatest) RemoveInvite(i);
        for (var i = Dropped.Count - 1; i >= 0; i--)
            if (Dropped[i].FromTag == greatest) Dropped.RemoveAt(i);
        return true;
    }

    private bool HasInvites(int fromTag, bool attempt)
    {
        for (var i = 0; i < Invites.Count; i++)
            if (Invites[i].FromTag == fromTag && (!attempt || Invites[i].Attempt.Happened)) return true;
        return false;
    }

    private int FirstRowOf(int fromTag)
    {
        for (var i = 0; i < Invites.Count; i++)
            if (Invites[i].FromTag == fromTag) return i;
        return -1;
    }

    private void RemoveInvite(int row)
    {
        var (fromTag, cseq) = (Invites[row].FromTag, Invites[row].CSeq);
        Invites.RemoveAt(row);
        for (var i = Branches.Count - 1; i >= 0; i--)
            if (Branches[i].FromTag == fromTag && Branches[i].CSeq == cseq) Branches.RemoveAt(i);
    }

    private void DropAttempt(int fromTag, Moment first)
    {
        for (var i = 0; i < Dropped.Count; i++)
        {
            if (Dropped[i].FromTag != fromTag) continue;
            droppedEarlier |= Moment.KeepEarliest(ref Dropped[i].First, first);
            return;
        }
        Dropped.Add(new DroppedAttempts { FromTag = fromTag, First = first });
        droppedEarlier = true;
    }

    /// <summary>Of an attempt the 64 branches nearest the caller, then the smallest.</summary>
    private bool AdmitBranch(int fromTag, uint cseq, int branch, int vias, ref int row)
    {
        var (count, farthest) = (0, -1);
        for (var i = 0; i < Branches.Count; i++)
        {
            if (Branches[i].FromTag != fromTag || Branches[i].CSeq != cseq || !Branches[i].Known) continue;
            count++;
            if (farthest < 0 || Farther(Branches[i].Vias, Branches[i].Branch, Branches[farthest].Vias, Branches[farthest].Branch)) farthest = i;
        }
        if (count >= Bounds.Branches)
        {
            Overflow = true;
            if (Farther(vias, branch, Branches[farthest].Vias, Branches[farthest].Branch)) return false;
            Branches.RemoveAt(farthest);
            row = FindBranch(fromTag, cseq, branch);
        }
        if (row >= 0) return true;
        Branches.Add(NewBranch(fromTag, cseq, branch));
        row = Branches.Count - 1;
        return true;
    }

    private bool Farther(int vias, int branch, int otherVias, int otherBranch) =>
        vias != otherVias ? vias > otherVias : Texts.Compare(branch, otherBranch) > 0;

    /// <summary>Branches of which only a CANCEL was seen: the 64 smallest.</summary>
    private bool AdmitCancelledBranch(int fromTag, uint cseq, int branch, out int row)
    {
        var (count, greatest) = (0, -1);
        for (var i = 0; i < Branches.Count; i++)
        {
            if (Branches[i].FromTag != fromTag || Branches[i].CSeq != cseq || Branches[i].Known) continue;
            count++;
            if (greatest < 0 || Texts.Compare(Branches[i].Branch, Branches[greatest].Branch) > 0) greatest = i;
        }
        row = -1;
        if (count >= Bounds.Branches)
        {
            Overflow = true;
            if (Texts.Compare(branch, Branches[greatest].Branch) > 0) return false;
            Branches.RemoveAt(greatest);
        }
        Branches.Add(NewBranch(fromTag, cseq, branch));
        row = Branches.Count - 1;
        return true;
    }

    /// <summary>16 answered pairs and 64 others, the smallest by From-tag, then To-tag.</summary>
    private bool AdmitPair(int fromTag, int toTag, bool answered, ref int row)
    {
        var (count, greatest) = (0, -1);
        for (var i = 0; i < Pairs.Count; i++)
        {
            if (Pairs[i].Answered.Happened != answered || i == row) continue;
            count++;
            if (greatest < 0 || ComparePairs(Pairs[i].FromTag, Pairs[i].ToTag, Pairs[greatest].FromTag, Pairs[greatest].ToTag) > 0) greatest = i;
        }
        if (count >= (answered ? Bounds.AnsweredPairs : Bounds.UnansweredPairs))
        {
            Overflow = true;
            if (ComparePairs(fromTag, toTag, Pairs[greatest].FromTag, Pairs[greatest].ToTag) > 0) return false;
            RemovePair(greatest);
            row = FindPair(fromTag, toTag);
        }
        if (row >= 0) return true;
        Pairs.Add(NewPair(fromTag, toTag));
        row = Pairs.Count - 1;
        return true;
    }

    private int ComparePairs(int fromTag, int toTag, int otherFrom, int otherTo)
    {
        var order = Texts.Compare(fromTag, otherFrom);
        return order != 0 ? order : Texts.Compare(toTag, otherTo);
    }

    private void RemovePair(int row)
    {
        var (from, to) = (Pairs[row].FromTag, Pairs[row].ToTag);
        Pairs.RemoveAt(row);
        for (var i = Acks.Count - 1; i >= 0; i--)
            if (Acks[i].FromTag == from && Acks[i].ToTag == to) Acks.RemoveAt(i);
    }

    /// <summary>Per {tags, CSeq} the 4 smallest branches, per pair of tags the 16 lowest CSeqs: an answer is the lowest.</summary>
    private bool AdmitAck(int fromTag, int toTag, uint cseq, int branch)
    {
        var (rows, greatest, cseqs, highest) = (0, -1, 0, -1);
        for (var i = 0; i < Acks.Count; i++)
        {
            if (Acks[i].FromTag != fromTag || Acks[i].ToTag != toTag) continue;
            if (Acks[i].CSeq == cseq)
            {
                rows++;
                if (greatest < 0 || Texts.Compare(Acks[i].Branch, Acks[greatest].Branch) > 0) greatest = i;
            }
            else if (FirstAckOf(fromTag, toTag, Acks[i].CSeq) == i)
            {
                cseqs++;
                if (highest < 0 || Acks[i].CSeq > Acks[highest].CSeq) highest = i;
            }
        }
        if (rows >= Bounds.AckBranches)
        {
            Overflow = true;
            if (Texts.Compare(branch, Acks[greatest].Branch) > 0) return false;
            Acks.RemoveAt(greatest);
        }
        else if (rows == 0 && cseqs >= Bounds.CSeqs)
        {
            Overflow = true;
            var dropped = Acks[highest].CSeq;
            if (cseq > dropped) return false;
            for (var i = Acks.Count - 1; i >= 0; i--)
                if (Acks[i].CSeq == dropped && Acks[i].FromTag == fromTag && Acks[i].ToTag == toTag) Acks.RemoveAt(i);
        }
        return true;
    }

    private int FirstAckOf(int fromTag, int toTag, uint cseq)
    {
        for (var i = 0; i < Acks.Count; i++)
            if (Acks[i].CSeq == cseq && Acks[i].FromTag == fromTag && Acks[i].ToTag == toTag) return i;
        return -1;
    }
}
