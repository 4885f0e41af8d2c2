namespace Dlgs.Streams.Core.Dialogs;

/// <summary>
/// Which ACKs are kept: of the pairs of tags the smallest, of a pair the lowest CSeqs, of these the smallest branches. Lowest, not highest as
/// elsewhere: the ACK of the answer has a pair's lowest CSeq, and a call that is refreshed every half minute must not lose it.
/// </summary>
internal sealed partial class Call
{
    /// <summary>Makes room for an ACK that is not there, and says where it goes: to the others of its pair.</summary>
    private bool AdmitAck(TextId fromTag, TextId toTag, uint cseq, TextId branch, out int place)
    {
        var first = 0;
        while (first < Acks.Count && !IsAckOf(first, fromTag, toTag)) first++;
        if (first == Acks.Count)
        {
            var admittedPair = AdmitAckPair(fromTag, toTag);
            place = Acks.Count;
            return admittedPair;
        }
        place = first;
        while (place < Acks.Count && IsAckOf(place, fromTag, toTag)) place++;
        var dropped = FindDropped(first, place, cseq, branch, out var admitted);
        for (var i = place - 1; i >= first && dropped.Any; i--)
        {
            if (Acks[i].CSeq != dropped.CSeq || !dropped.Branch.IsNone && Acks[i].Branch != dropped.Branch) continue;
            Acks.RemoveInOrder(i);
            place--;
        }
        return admitted;
    }

    /// <summary>What has to go for an ACK of a pair's: a branch of its CSeq, or (none) all of another CSeq.</summary>
    private (bool Any, uint CSeq, TextId Branch) FindDropped(int first, int end, uint cseq, TextId branch, out bool admitted)
    {
        admitted = true;
        var (same, greatest, cseqs, highest) = (0, TextId.None, 0, 0u);
        Span<uint> seen = stackalloc uint[bounds.CSeqs];
        for (var i = first; i < end; i++)
        {
            ref var ack = ref Acks[i];
            if (ack.CSeq == cseq)
            {
                same++;
                if (greatest.IsNone || Texts.Compare(ack.Branch, greatest) > 0) greatest = ack.Branch;
            }
            if (seen[..cseqs].Contains(ack.CSeq)) continue;
            seen[cseqs++] = ack.CSeq;
            highest = Math.Max(highest, ack.CSeq);
        }
        if (same == 0 ? cseqs < bounds.CSeqs : same < bounds.AckBranches) return default;
        Overflow = true;
        admitted = same == 0 ? cseq < highest : Texts.Compare(branch, greatest) < 0;
        return admitted ? (true, same == 0 ? highest : cseq, same == 0 ? TextId.None : greatest) : default;
    }

    /// <summary>Makes room for one more pair, if it is smaller than one that is there.</summary>
    private bool AdmitAckPair(TextId fromTag, TextId toTag)
    {
        var (count, greatest) = (0, -1);
        for (var i = 0; i < Acks.Count; i++)
        {
            if (i > 0 && IsAckOf(i, Acks[i - 1].FromTag, Acks[i - 1].ToTag)) continue;
            count++;
            if (greatest < 0 || ComparePairs(Acks[i].FromTag, Acks[i].ToTag, Acks[greatest].FromTag, Acks[greatest].ToTag) > 0) greatest = i;
        }
        if (count < bounds.AckPairs) return true;
        Overflow = true;
        if (ComparePairs(fromTag, toTag, Acks[greatest].FromTag, Acks[greatest].ToTag) > 0) return false;
        var (from, to) = (Acks[greatest].FromTag, Acks[greatest].ToTag);
        for (var i = Acks.Count - 1; i >= greatest; i--)
            if (IsAckOf(i, from, to)) Acks.RemoveInOrder(i);
        return true;
    }

    private bool IsAckOf(int row, TextId fromTag, TextId toTag) => Acks[row].FromTag == fromTag && Acks[row].ToTag == toTag;
}
