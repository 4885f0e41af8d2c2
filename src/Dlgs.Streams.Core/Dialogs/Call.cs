namespace Dlgs.Streams.Core.Dialogs;

/// <summary>
/// Everything known under one Call-ID: a set of facts that only grows, merged by union, minimum and maximum, and what was last reported of its
/// dialogs (README.md). A scratch object, loaded from one record after the other.
/// </summary>
internal sealed partial class Call(Bounds bounds)
{
    public readonly Texts Texts = new();
    public readonly Rows<InviteFacts> Invites = new();
    public readonly Rows<BranchFacts> Branches = new();
    public readonly Rows<AnswerFact> Answers = new();
    public readonly Rows<PairFacts> Pairs = new();
    public readonly Rows<AckFact> Acks = new();
    public readonly Rows<TagFact> Tags = new();
    public readonly Rows<DroppedCSeqs> Dropped = new();
    public readonly Rows<CloseFact> Closes = new();
    /// <summary>By From-tag bytewise, then since_cseq.</summary>
    public readonly Rows<Report> Reports = new();

    /// <summary>The call's first fact.</summary>
    public Moment First;

    /// <summary>Log time of the last new fact.</summary>
    public LogTime LastNews;

    /// <summary>A bound was hit.</summary>
    public bool Overflow;

    private byte[] callId = new byte[256];
    private int callIdLength;

    public Bounds Bounds => bounds;

    /// <summary>Rows of facts: a function of the record, as texts and their numbers are not.</summary>
    public int FactCount => Invites.Count + Branches.Count + Answers.Count + Pairs.Count + Acks.Count + Tags.Count + Dropped.Count + Closes.Count;

    /// <summary>Rows and texts of the Call.</summary>
    public int Size => Texts.Count + FactCount + Reports.Count;

    /// <summary>As <see cref="Rows{T}.Walked"/>, of all its rows and texts.</summary>
    public long Walked =>
        Texts.Walked + Invites.Walked + Branches.Walked + Answers.Walked + Pairs.Walked
            + Acks.Walked + Tags.Walked + Dropped.Walked + Closes.Walked + Reports.Walked;

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
        Answers.Clear();
        Pairs.Clear();
        Acks.Clear();
        Tags.Clear();
        Dropped.Clear();
        Closes.Clear();
        Reports.Clear();
        First = Moment.None;
        LastNews = LogTime.Start;
        Overflow = false;
        callIdLength = 0;
    }

    public bool TryFindInvite(TextId fromTag, uint cseq, out int row)
    {
        var rows = Invites.Span;
        for (row = 0; row < rows.Length; row++)
            if (rows[row].CSeq == cseq && rows[row].FromTag == fromTag) return true;
        return false;
    }

    public bool TryFindAnswer(TextId fromTag, TextId toTag, out int row)
    {
        var rows = Answers.Span;
        for (row = 0; row < rows.Length; row++)
            if (rows[row].FromTag == fromTag && rows[row].ToTag == toTag) return true;
        return false;
    }

    public bool TryFindPair(TextId fromTag, TextId toTag, out int row)
    {
        var rows = Pairs.Span;
        for (row = 0; row < rows.Length; row++)
            if (rows[row].FromTag == fromTag && rows[row].ToTag == toTag) return true;
        return false;
    }

    public bool TryFindBranch(TextId fromTag, uint cseq, TextId branch, out int row)
    {
        var rows = Branches.Span;
        for (row = 0; row < rows.Length; row++)
            if (rows[row].Branch == branch && rows[row].CSeq == cseq && rows[row].FromTag == fromTag) return true;
        return false;
    }

    public bool TryFindReport(TextId fromTag, uint sinceCSeq, out int row)
    {
        var rows = Reports.Span;
        for (row = 0; row < rows.Length; row++)
            if (rows[row].SinceCSeq == sinceCSeq && rows[row].FromTag == fromTag) return true;
        return false;
    }

    /// <summary>Whether an INVITE with a To-tag, or its replies, belong to a dialog: the two answered, either way (README.md, "Inside").</summary>
    public bool IsInside(in InviteFacts invite) =>
        !invite.Inside.IsNone && (TryFindAnswer(invite.FromTag, invite.Inside, out _) || TryFindAnswer(invite.Inside, invite.FromTag, out _));

    /// <summary>Whether a row is an attempt of its From-tag to call somebody.</summary>
    public bool IsAttempt(in InviteFacts invite) => invite.Attempt.Happened && !IsInside(invite);

    /// <summary>The since_cseq that a dialog goes by that somebody names by another: "one above the CSeq that was answered", in its other name.</summary>
    public uint Named(TextId fromTag, uint sinceCSeq) =>
        sinceCSeq > 0 && TryFindInvite(fromTag, sinceCSeq - 1, out var row) ? Invites[row].Named + 1 : sinceCSeq;
}
