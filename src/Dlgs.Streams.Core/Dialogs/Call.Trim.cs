namespace Dlgs.Streams.Core.Dialogs;

/// <summary>Dropping facts that can have no effect any more, once all transactions are over (semantics section 2.6). A long call keeps little.</summary>
internal sealed partial class Call
{
    public bool HasTrimmings()
    {
        foreach (ref var branch in Branches.Span)
            if (IsAnswered(branch.FromTag, branch.CSeq)) return true;
        for (var i = 0; i < Acks.Count; i++)
            if (IsTrimmed(i)) return true;
        return false;
    }

    public void Trim()
    {
        for (var i = Branches.Count - 1; i >= 0; i--)
            if (IsAnswered(Branches[i].FromTag, Branches[i].CSeq)) Branches.RemoveAt(i);
        for (var i = Acks.Count - 1; i >= 0; i--)
            if (IsTrimmed(i)) Acks.RemoveAt(i);
    }

    /// <summary>Up to the highest answered CSeq, branches and CANCELs decide nothing.</summary>
    private bool IsAnswered(int fromTag, uint cseq)
    {
        foreach (ref var pair in Pairs.Span)
            if (pair.FromTag == fromTag && pair.Answered.Happened && cseq <= pair.AnsweredCSeq) return true;
        return false;
    }

    /// <summary>ACKs above a pair's answered CSeq, to failures below it, and all but one of those at it.</summary>
    private bool IsTrimmed(int row)
    {
        ref var ack = ref Acks[row];
        var pair = FindPair(ack.FromTag, ack.ToTag);
        if (pair < 0 || !Pairs[pair].Answered.Happened) return IsAnswered(ack.FromTag, ack.CSeq);
        if (ack.CSeq > Pairs[pair].AnsweredCSeq) return true;
        for (var i = 0; i < Acks.Count; i++)
        {
            ref var other = ref Acks[i];
            if (i == row || other.FromTag != ack.FromTag || other.ToTag != ack.ToTag || other.CSeq != ack.CSeq) continue;
            if (other.Seen.Sip < ack.Seen.Sip || other.Seen.Sip == ack.Seen.Sip && Texts.Compare(other.Branch, ack.Branch) < 0) return true;
        }
        return false;
    }
}
