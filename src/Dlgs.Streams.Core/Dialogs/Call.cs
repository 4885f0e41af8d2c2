namespace Dlgs.Streams.Core.Dialogs;

/// <summary>
/// Everything known under one Call-ID: a set of facts that only grows, merged by union, minimum and maximum (semantics section 2), and what
/// was last reported of its dialogs. A scratch object, loaded from one record after the other.
/// </summary>
internal sealed partial class Call
{
    public readonly Texts Texts = new();
    public readonly Rows<InviteFacts> Invites = new();
    public readonly Rows<BranchFacts> Branches = new();
    public readonly Rows<PairFacts> Pairs = new();
    public readonly Rows<AckFact> Acks = new();
    public readonly Rows<TagFact> Tags = new();
    public readonly Rows<DroppedAttempts> Dropped = new();
    public readonly Rows<Report> Reports = new();

    /// <summary>The call's first fact.</summary>
    public Moment First;

    /// <summary>Log time of the last new fact.</summary>
    public LogTime LastNews;

    /// <summary>A bound was hit.</summary>
    public bool Overflow;

    private byte[] callId = new byte[256];
    private int callIdLength;

    public ReadOnlySpan<byte> CallId
    {
        get => callId.AsSpan(0, callIdLength);
        set
        {
            if (value.Length > callId.Length) callId = new byte[value.Length];
            value.CopyTo(callId);
            callIdLength = value.Length;
        }
    }

    public void Clear()
    {
        Texts.Clear();
        Invites.Clear();
        Branches.Clear();
        Pairs.Clear();
        Acks.Clear();
        Tags.Clear();
        Dropped.Clear();
        Reports.Clear();
        First = Moment.None;
        LastNews = LogTime.Start;
        Overflow = false;
        callIdLength = 0;
    }

    public int FindInvite(int fromTag, uint cseq)
    {
        for (var i = 0; i < Invites.Count; i++)
            if (Invites[i].CSeq == cseq && Invites[i].FromTag == fromTag) return i;
        return -1;
    }

    public int FindPair(int fromTag, int toTag)
    {
        for (var i = 0; i < Pairs.Count; i++)
            if (Pairs[i].FromTag == fromTag && Pairs[i].ToTag == toTag) return i;
        return -1;
    }

    public int FindBranch(int fromTag, uint cseq, int branch)
    {
        for (var i = 0; i < Branches.Count; i++)
            if (Branches[i].Branch == branch && Branches[i].CSeq == cseq && Branches[i].FromTag == fromTag) return i;
        return -1;
    }

    public int FindReport(int fromTag, uint sinceCSeq)
    {
        for (var i = 0; i < Reports.Count; i++)
            if (Reports[i].FromTag == fromTag && Reports[i].SinceCSeq == sinceCSeq) return i;
        return -1;
    }

    /// <summary>Whether a From-tag made an attempt: a caller.</summary>
    public bool IsCaller(int fromTag)
    {
        for (var i = 0; i < Invites.Count; i++)
            if (Invites[i].FromTag == fromTag && Invites[i].Attempt.Happened) return true;
        return false;
    }
}
