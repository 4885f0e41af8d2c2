namespace Dlgs.Streams.Core.Dialogs;

/// <summary>
/// Dropping facts that can have no effect any more, once nothing late is expected (README.md, "Bounds"): a long call keeps little. Of a caller
/// whose one dialog was answered, the branches of the answered CSeq, and its ACKs but one; of everybody those of re-INVITEs. Branches below the
/// answer stay: an ACK to the challenge of a 407 that has the To-tag of the answer would look like the answer's without them. A CSeq that was
/// trimmed takes no branches any more: half of them would tell another story than all did.
/// </summary>
internal sealed partial class Call
{
    private readonly Rows<TextId> renumbered = new();

    public bool HasTrimmings(Rows<DerivedDialog> dialogs) => Trim(dialogs, dryRun: true);

    public void Trim(Rows<DerivedDialog> dialogs) => Trim(dialogs, dryRun: false);

    private bool Trim(Rows<DerivedDialog> dialogs, bool dryRun)
    {
        var any = false;
        FindRenumbered();
        for (var i = 0; i < Invites.Count; i++)
        {
            ref var invite = ref Invites[i];
            if (invite.IsTrimmed || !invite.HasTraffic || renumbered.Span.Contains(invite.FromTag)) continue;
            if (!IsInside(invite) && !IsOnlyAnswer(dialogs, invite.FromTag, invite.CSeq)) continue;
            if (dryRun) return true;
            any = invite.IsTrimmed = true;
        }
        if (any) TrimBranches();
        foreach (ref var dialog in dialogs.Span)
            if (dialog.LegCount > 0 && dialog.SinceCSeq == 0 && TrimAcks(dialog.FromTag, dialogs, dryRun)) return true;
        return any;
    }

    /// <summary>
    /// Whether a caller has one dialog, which was answered at this CSeq by its own 2xx, no other CSeq was, and none has another name. Nor may there
    /// be INVITEs after it that are no re-INVITEs: their branches may hang on those of the answer.
    /// </summary>
    private bool IsOnlyAnswer(Rows<DerivedDialog> dialogs, TextId fromTag, uint cseq)
    {
        var answered = false;
        foreach (ref var answer in Answers.Span)
        {
            if (answer.FromTag != fromTag) continue;
            if (answer.CSeq != cseq) return false;
            answered = true;
        }
        if (!answered) return false;
        foreach (ref var dialog in dialogs.Span)
            if (dialog.FromTag == fromTag && (dialog.SinceCSeq > 0 || dialog.UpToCSeq != cseq)) return false;
        foreach (ref var invite in Invites.Span)
            if (invite.FromTag == fromTag && invite.CSeq > cseq && invite.HasTraffic && !IsInside(invite)) return false;
        return !renumbered.Span.Contains(fromTag);
    }

    /// <summary>The From-tags of which a CSeq has another name: it hangs on branches and ACKs of several CSeqs, so they keep all.</summary>
    private void FindRenumbered()
    {
        renumbered.Clear();
        foreach (ref var invite in Invites.Span)
            if (invite.Named != invite.CSeq && !renumbered.Span.Contains(invite.FromTag)) renumbered.Add(invite.FromTag);
    }

    private void TrimBranches()
    {
        var kept = 0;
        for (var i = 0; i < Branches.Count; i++)
            if (!TryFindInvite(Branches[i].FromTag, Branches[i].CSeq, out var row) || !Invites[row].IsTrimmed) Branches[kept++] = Branches[i];
        Branches.Truncate(kept);
    }

    /// <summary>ACKs above the answered CSeq (to re-INVITEs), and all but the earliest of those at it. Whether there were any, where it only looks.</summary>
    private bool TrimAcks(TextId fromTag, Rows<DerivedDialog> dialogs, bool dryRun)
    {
        var (kept, toTag, answer, earliest) = (0, TextId.None, -1, -1);
        for (var i = 0; i < Acks.Count; i++)
        {
            var ack = Acks[i];
            if (ack.FromTag == fromTag && ack.ToTag != toTag)
            {
                (toTag, earliest) = (ack.ToTag, -1);
                if (!TryFindAnswer(fromTag, toTag, out answer) || !IsOnlyAnswer(dialogs, fromTag, Answers[answer].CSeq)) answer = -1;
            }
            var mayGo = ack.FromTag == fromTag && answer >= 0;
            var isAnswers = mayGo && ack.CSeq == Answers[answer].CSeq;
            if (mayGo && (isAnswers ? earliest >= 0 : IsOfReinvite(ack, Answers[answer])))
            {
                if (dryRun) return true;
                if (isAnswers && IsEarlier(ack, Acks[earliest])) Acks[earliest] = ack;
                continue;
            }
            if (isAnswers) earliest = kept;
            Acks[kept++] = ack;
        }
        Acks.Truncate(kept);
        return false;
    }

    /// <summary>An ACK above the answer may close an attempt's branch, unless its CSeq is a re-INVITE's.</summary>
    private bool IsOfReinvite(in AckFact ack, in AnswerFact answer) =>
        ack.CSeq > answer.CSeq && TryFindInvite(ack.FromTag, ack.CSeq, out var row) && IsInside(Invites[row]);

    private bool IsEarlier(in AckFact a, in AckFact b) => a.Seen.Sip < b.Seen.Sip || a.Seen.Sip == b.Seen.Sip && Texts.Compare(a.Branch, b.Branch) < 0;
}
