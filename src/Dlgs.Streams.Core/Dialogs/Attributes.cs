namespace Dlgs.Streams.Core.Dialogs;

/// <summary>src, dst and data of one dialog, as texts of its Call (semantics section 2.8).</summary>
internal readonly record struct Attributes(int Src, int Dst, int Data)
{
    public static Attributes Find(Call call, in Report report)
    {
        AttributeFact src = default, dst = default, data = default;
        uint srcCSeq = 0, dstCSeq = 0, dataCSeq = 0;
        var inviteSeen = false;
        foreach (ref var invite in call.Invites.Span)
        {
            if (invite.FromTag != report.FromTag || !report.Covers(invite.CSeq)) continue;
            inviteSeen |= invite.InviteSeen;
            Prefer(call, ref src, ref srcCSeq, invite.Src, invite.CSeq);
            Prefer(call, ref dst, ref dstCSeq, invite.Dst, invite.CSeq);
            Prefer(call, ref data, ref dataCSeq, invite.Data, invite.CSeq);
        }
        return new Attributes(Admit(src, inviteSeen), Admit(dst, inviteSeen), Admit(data, inviteSeen));
    }

    /// <summary>Replies speak only where no INVITE was seen.</summary>
    private static int Admit(in AttributeFact fact, bool inviteSeen) => inviteSeen && fact.Rank < AttributeRank.InviteDefault ? 0 : fact.Text;

    private static void Prefer(Call call, ref AttributeFact best, ref uint bestCSeq, in AttributeFact other, uint cseq)
    {
        if (other.Rank == AttributeRank.None) return;
        var order = other.Rank.CompareTo(best.Rank);
        if (order == 0) order = cseq.CompareTo(bestCSeq);
        if (order == 0) order = best.Vias.CompareTo(other.Vias);
        if (order == 0) order = best.Time.CompareTo(other.Time);
        if (order == 0) order = call.Texts.Compare(best.Text, other.Text);
        if (order > 0) (best, bestCSeq) = (other, cseq);
    }
}
