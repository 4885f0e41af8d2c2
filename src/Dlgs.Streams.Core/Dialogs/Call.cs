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
        Texts.Walked + Invites.Walked + Branches.Walked + Answers.Walked + Pairs.Walked + Acks.Walked + Tags.Walked + Dropped.Walked + Closes.Walked + Reports.Walked;

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

    public int FindInvite(int fromTag, uint cseq)
    {
        var rows = Invites.Span;
        for (var i = 0; i < rows.Length; i++)
            if (rows[i].CSeq == cseq && rows[i].FromTag == fromTag) return i;
        return -1;
    }

    public int FindAnswer(int fromTag, int toTag)
    {
        var rows = Answers.Span;
        for (var i = 0; i < rows.Length; i++)
            if (rows[i].FromTag == fromTag && rows[i].ToTag == toTag) return i;
        return -1;
    }

    public int FindPair(int fromTag, int toTag)
    {
        var rows = Pairs.Span;
        for (var i = 0; i < rows.Length; i++)
            if (rows[i].FromTag == fromTag && rows[i].ToTag == toTag) return i;
        return -1;
    }

    public int FindBranch(int fromTag, uint cseq, int branch)
    {
        var rows = Branches.Span;
        for (var i = 0; i < rows.Length; i++)
            if (rows[i].Branch == branch && rows[i].CSeq == cseq && rows[i].FromTag == fromTag) return i;
        return -1;
    }

    /// <summary>The place of a report, or where it would stand (as its complement).</summary>
    public int FindReport(int fromTag, uint sinceCSeq)
    {
        var rows = Reports.Span;
        for (var i = 0; i < rows.Length; i++)
        {
            var order = Texts.Compare(rows[i].FromTag, fromTag);
            if (order == 0) order = rows[i].SinceCSeq.CompareTo(sinceCSeq);
            if (order >= 0) return order == 0 ? i : ~i;
        }
        return ~Reports.Count;
    }

    /// <summary>Whether an INVITE with a To-tag, or its replies, belong to a dialog: the two answered, either way (README.md, "Inside").</summary>
    public bool IsInside(in InviteFacts invite) =>
        invite.Inside >= 0 && (FindAnswer(invite.FromTag, invite.Inside) >= 0 || FindAnswer(invite.Inside, invite.FromTag) >= 0);

    /// <summary>Whether a row is an attempt of its From-tag to call somebody.</summary>
    public bool IsAttempt(in InviteFacts invite) => invite.Attempt.Happened && !IsInside(invite);

    /// <summary>The since_cseq that a dialog goes by that somebody names by another: "one above the CSeq that was answered", in its other name.</summary>
    public uint Named(int fromTag, uint sinceCSeq) =>
        sinceCSeq > 0 && FindInvite(fromTag, sinceCSeq - 1) is >= 0 and var row ? Invites[row].Named + 1 : sinceCSeq;
}
