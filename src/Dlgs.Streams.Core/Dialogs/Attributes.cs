namespace Dlgs.Streams.Core.Dialogs;

/// <summary>src, dst and data of one dialog, as texts of its Call (README.md, "Attributes and tags").</summary>
internal readonly record struct Attributes(TextId Src, TextId Dst, TextId Data)
{
    /// <summary>Finds them; <paramref name="invites"/>: the Call's, by From-tag.</summary>
    public static Attributes Find(Call call, in Report report, Groups invites)
    {
        AttributeFact src = default, dst = default, data = default;
        uint srcCSeq = 0, dstCSeq = 0, dataCSeq = 0;
        for (var row = invites.First(report.FromTag); row >= 0; row = invites.Next(row))
        {
            ref var invite = ref call.Invites[row];
            if (invite.IsAside || !report.Covers(invite.Named)) continue;
            Prefer(call, ref src, ref srcCSeq, invite.Src, invite.Named);
            Prefer(call, ref src, ref srcCSeq, invite.LaterSrc, invite.Named);
            Prefer(call, ref dst, ref dstCSeq, invite.Dst, invite.Named);
            Prefer(call, ref dst, ref dstCSeq, invite.LaterDst, invite.Named);
            Prefer(call, ref data, ref dataCSeq, invite.Data, invite.Named);
            Prefer(call, ref data, ref dataCSeq, invite.LaterData, invite.Named);
        }
        return new Attributes(src.Text, dst.Text, data.Text);
    }

    /// <summary>Explicit before default, INVITE before reply, then the highest CSeq, the fewest Vias, the earliest, the smallest text.</summary>
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
