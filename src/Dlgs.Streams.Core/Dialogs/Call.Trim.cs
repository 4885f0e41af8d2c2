namespace Dlgs.Streams.Core.Dialogs;

/// <summary>
/// Dropping facts that can have no effect any more, once all transactions are over (semantics section 2.6): a long call keeps little. Only of
/// callers whose every attempt was answered by the lowest answered CSeq, which are the calls as they usually go: elsewhere a late 2xx of a
/// lower CSeq could ask again what became of a branch.
/// </summary>
internal sealed partial class Call
{
    public bool HasTrimmings()
    {
        foreach (ref var branch in Branches.Span)
            if (IsTrimmed(branch)) return true;
        for (var i = 0; i < Acks.Count; i++)
            if (IsTrimmedAck(i)) return true;
        return false;
    }

    public void Trim()
    {
        // The ACKs first: what becomes of them depends on the branches that are known.
        for (var i = Acks.Count - 1; i >= 0; i--)
            if (IsTrimmedAck(i)) Acks.RemoveAt(i);
        for (var i = Branches.Count - 1; i >= 0; i--)
            if (IsTrimmed(Branches[i])) Branches.RemoveAt(i);
    }

    private bool IsTrimmed(in BranchFacts branch) => branch.CSeq <= LowestAnswer(branch.FromTag) && IsAllAnswered(branch.FromTag);

    /// <summary>ACKs above a pair's answered CSeq that belong to no attempt (to re-INVITEs), and all but the earliest of those at it.</summary>
    private bool IsTrimmedAck(int row)
    {
        ref var ack = ref Acks[row];
        if (FindPair(ack.FromTag, ack.ToTag) is not (>= 0 and var pair) || !Pairs[pair].Answered.Happened || !IsAllAnswered(ack.FromTag)) return false;
        if (ack.CSeq != Pairs[pair].AnsweredCSeq) return ack.CSeq > Pairs[pair].AnsweredCSeq;
        for (var i = 0; i < Acks.Count; i++)
        {
            ref var other = ref Acks[i];
            if (i == row || other.FromTag != ack.FromTag || other.ToTag != ack.ToTag || other.CSeq != ack.CSeq) continue;
            if (other.Seen.Sip < ack.Seen.Sip || other.Seen.Sip == ack.Seen.Sip && Texts.Compare(other.Branch, ack.Branch) < 0) return true;
        }
        return false;
    }

    private bool IsAllAnswered(int fromTag)
    {
        var lowest = LowestAnswer(fromTag);
        foreach (ref var invite in Invites.Span)
            if (invite.FromTag == fromTag && invite.Attempt.Happened && invite.CSeq > lowest) return false;
        return lowest >= 0;
    }

    /// <summary>The lowest CSeq at which one of the caller's INVITEs was answered; -1: none was.</summary>
    private long LowestAnswer(int fromTag)
    {
        var lowest = -1L;
        foreach (ref var pair in Pairs.Span)
            if (pair.FromTag == fromTag && pair.Answered.Happened && (lowest < 0 || pair.AnsweredCSeq < lowest)) lowest = pair.AnsweredCSeq;
        return lowest;
    }
}
