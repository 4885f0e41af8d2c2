namespace Dlgs.Streams.Core.Dialogs;

/// <summary>
/// Dropping facts that can have no effect any more, once all transactions are over (README.md, "Bounds"): a long call keeps little. Only of
/// callers whose every attempt belongs to their one answered CSeq, and has no other name, which are the calls as they usually go: elsewhere a
/// late 2xx could ask again what became of a branch. Branches below the answer stay: an ACK to the challenge of a 407 that has the To-tag of the
/// answer would look like the answer's without them.
/// </summary>
internal sealed partial class Call
{
    public bool HasTrimmings() => Trim(dryRun: true);

    public void Trim() => Trim(dryRun: false);

    private bool Trim(bool dryRun)
    {
        for (var i = 0; i < Answers.Count; i++)
        {
            ref var answer = ref Answers[i];
            if (!IsFirstOf(i) || !IsAllAnswered(answer.FromTag, answer.CSeq)) continue;
            if (TrimBranches(answer.FromTag, answer.CSeq, dryRun) | TrimAcks(answer.FromTag, dryRun) && dryRun) return true;
        }
        return false;
    }

    private bool IsFirstOf(int answer)
    {
        for (var i = 0; i < answer; i++)
            if (Answers[i].FromTag == Answers[answer].FromTag) return false;
        return true;
    }

    private bool IsAllAnswered(int fromTag, uint cseq)
    {
        foreach (ref var answer in Answers.Span)
            if (answer.FromTag == fromTag && answer.CSeq != cseq) return false;
        foreach (ref var invite in Invites.Span)
            if (invite.FromTag == fromTag && (invite.Named != invite.CSeq || invite.CSeq > cseq && IsAttempt(invite))) return false;
        return true;
    }

    private bool TrimBranches(int fromTag, uint cseq, bool dryRun)
    {
        var any = false;
        for (var i = Branches.Count - 1; i >= 0; i--)
        {
            if (Branches[i].FromTag != fromTag || Branches[i].CSeq < cseq) continue;
            if (dryRun) return true;
            Branches.RemoveAt(i);
            any = true;
        }
        return any;
    }

    /// <summary>ACKs above the answered CSeq (to re-INVITEs), and all but the earliest of those at it.</summary>
    private bool TrimAcks(int fromTag, bool dryRun)
    {
        var kept = 0;
        var (toTag, answered, earliest) = (-1, -1, -1);
        for (var i = 0; i < Acks.Count; i++)
        {
            var ack = Acks[i];
            if (ack.FromTag == fromTag && ack.ToTag != toTag) (toTag, answered, earliest) = (ack.ToTag, FindAnswer(fromTag, ack.ToTag), -1);
            if (ack.FromTag != fromTag || answered < 0 || ack.CSeq < Answers[answered].CSeq || ack.CSeq == Answers[answered].CSeq && earliest < 0)
            {
                if (ack.FromTag == fromTag && answered >= 0 && ack.CSeq == Answers[answered].CSeq) earliest = kept;
                Acks[kept++] = ack;
                continue;
            }
            if (dryRun) return true;
            if (ack.CSeq == Answers[answered].CSeq && IsEarlier(ack, Acks[earliest])) Acks[earliest] = ack;
        }
        var any = kept < Acks.Count;
        Acks.Truncate(kept);
        return any;
    }

    private bool IsEarlier(in AckFact a, in AckFact b) => a.Seen.Sip < b.Seen.Sip || a.Seen.Sip == b.Seen.Sip && Texts.Compare(a.Branch, b.Branch) < 0;
}
