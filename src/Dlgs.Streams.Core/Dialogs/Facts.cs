namespace Dlgs.Streams.Core.Dialogs;

// The rows of a Call. Tags, branches and attributes are numbers of the Call's Texts. What each row says, and what makes two of them one,
// is the table "Messages and their facts" of README.md.

/// <summary>
/// What is known of {From-tag, CSeq} of an INVITE. Two kinds of facts share the row, each with its own bound: the attempt, with what its
/// INVITE told, and the traffic, all the rest. Re-INVITEs are traffic only, so however many come, they push out no attempt.
/// </summary>
internal struct InviteFacts
{
    public TextId FromTag;
    public uint CSeq;
    /// <summary>The CSeq that it is another name of, as last derived; its own, as a rule.</summary>
    public uint Named;
    /// <summary>It is no attempt of a dialog, as last derived.</summary>
    public bool IsAside;

    /// <summary>An INVITE without To-tag, or a 1xx that proves it: first seen.</summary>
    public Moment Attempt;
    public AttributeFact Src;
    public AttributeFact Dst;
    public AttributeFact Data;

    /// <summary>Its branches were dropped, and no more are taken.</summary>
    public bool IsTrimmed;

    /// <summary>Anything but the attempt itself is known of it.</summary>
    public bool HasTraffic;
    /// <summary>To-tag of an INVITE that had one, the bytewise smallest; <see cref="TextId.None"/>: none had.</summary>
    public TextId Inside;
    /// <summary>First 1xx, 100 and untagged ones too.</summary>
    public Moment Rang;
    /// <summary>Last 101-199.</summary>
    public Moment Ringing;
    /// <summary>Last CANCEL.</summary>
    public Moment Cancelled;
    /// <summary>To-tag of its 2xx, the bytewise smallest; empty: none.</summary>
    public TextId AnsweredBy;
    /// <summary>What its replies told, or an INVITE with To-tag.</summary>
    public AttributeFact LaterSrc;
    public AttributeFact LaterDst;
    public AttributeFact LaterData;

    public readonly bool IsEmpty => !Attempt.Happened && !HasTraffic;

    public static InviteFacts New(TextId fromTag, uint cseq) => new()
    {
        FromTag = fromTag, CSeq = cseq, Named = cseq, Inside = TextId.None,
        Attempt = Moment.None, Rang = Moment.None, Ringing = Moment.None, Cancelled = Moment.None,
    };

    public readonly bool Has(InviteKind kind) => kind == InviteKind.Attempt ? Attempt.Happened : HasTraffic;

    public void Drop(InviteKind kind)
    {
        if (kind == InviteKind.Attempt)
        {
            (Attempt, Src, Dst, Data) = (Moment.None, default, default, default);
            return;
        }
        (HasTraffic, IsTrimmed, Inside, AnsweredBy) = (false, false, TextId.None, TextId.Empty);
        (Rang, Ringing, Cancelled) = (Moment.None, Moment.None, Moment.None);
        (LaterSrc, LaterDst, LaterData) = (default, default, default);
    }
}

/// <summary>The two kinds of facts that share an INVITE's row.</summary>
internal enum InviteKind : byte
{
    Attempt,
    Traffic,
}

/// <summary>The best candidate for one attribute at one {From-tag, CSeq}.</summary>
internal struct AttributeFact
{
    public TextId Text;
    public AttributeRank Rank;
    public byte Vias;
    public SipTime Time;
}

/// <summary>Where a candidate comes from; the higher wins.</summary>
internal enum AttributeRank : byte
{
    None = 0,
    ReplyDefault = 1,
    InviteDefault = 2,
    ReplyExplicit = 3,
    InviteExplicit = 4,
}

/// <summary>What is known of the branch {From-tag, CSeq, top Via}.</summary>
internal struct BranchFacts
{
    public TextId FromTag;
    public uint CSeq;
    public TextId Branch;
    /// <summary>An INVITE or a reply to one was seen on it; else only a CANCEL was.</summary>
    public bool Known;
    /// <summary>First seen, where known.</summary>
    public SipTime First;
    /// <summary>Branch of the Via below, the bytewise greater of two; <see cref="TextId.None"/>: it is the only one.</summary>
    public TextId Parent;
    /// <summary>Earliest 3xx-6xx.</summary>
    public Moment Closed;
    public ushort Status;
    /// <summary>Earliest CANCEL.</summary>
    public Moment Cancelled;

    public static BranchFacts New(TextId fromTag, uint cseq, TextId branch) => new()
    {
        FromTag = fromTag, CSeq = cseq, Branch = branch, Parent = TextId.None, Closed = Moment.None, Cancelled = Moment.None,
    };

    public readonly bool IsEmpty => !Known && !Cancelled.Happened;

    public readonly bool Has(BranchKind kind) => kind == BranchKind.Known ? Known : Cancelled.Happened;

    public void Drop(BranchKind kind)
    {
        if (kind == BranchKind.Known) this = New(FromTag, CSeq, Branch) with { Cancelled = Cancelled };
        else Cancelled = Moment.None;
    }
}

/// <summary>The two kinds of facts that share a branch's row.</summary>
internal enum BranchKind : byte
{
    Known,
    Cancelled,
}

/// <summary>2xx to INVITE of {From-tag, To-tag}: of the lowest CSeq the earliest, and the greatest Session-Expires.</summary>
internal struct AnswerFact
{
    public TextId FromTag;
    public TextId ToTag;
    public uint CSeq;
    public Moment At;
    /// <summary>Seconds; 0: none.</summary>
    public uint SessionExpires;
}

/// <summary>Signs of life and death of {From-tag, To-tag}, in this direction.</summary>
internal struct PairFacts
{
    public TextId FromTag;
    public TextId ToTag;
    /// <summary>BYE, or a 2xx, 408 or 481 to it: earliest.</summary>
    public Moment HungUp;
    /// <summary>481 inside the dialog: latest.</summary>
    public Moment Gone;
    /// <summary>2xx to INVITE or UPDATE: highest CSeq, then the greatest Session-Expires, then the earliest.</summary>
    public Moment Refreshed;
    public uint RefreshCSeq;
    public uint SessionExpires;

    public static PairFacts New(TextId fromTag, TextId toTag) => new()
    {
        FromTag = fromTag,
        ToTag = toTag,
        HungUp = Moment.None,
        Gone = Moment.None,
        Refreshed = Moment.None,
    };
}

/// <summary>ACK of {From-tag, To-tag, CSeq, branch}: earliest. The rows of one pair of tags stand together.</summary>
internal struct AckFact
{
    public TextId FromTag;
    public TextId ToTag;
    public uint CSeq;
    public TextId Branch;
    public Moment Seen;
}

/// <summary>Whom a tag fact is about.</summary>
internal enum TagScope : byte
{
    /// <summary>Every ongoing dialog of the Call.</summary>
    Call = 0,
    /// <summary>Those of one caller.</summary>
    Caller = 1,
    /// <summary>The dialog of one caller and since_cseq (Number).</summary>
    Dialog = 2,
    /// <summary>It came with the INVITE of one caller and CSeq (Number), and dates from its attempt.</summary>
    Invite = 3,
}

/// <summary>The operator's tag, added or removed: the latest, removal on a tie. Sorted by tag, bytewise.</summary>
internal struct TagFact
{
    public TextId Tag;
    public TagScope Scope;
    public TextId FromTag;
    public uint Number;
    public bool Removed;
    public Moment At;
}

/// <summary>What is kept of the CSeqs of a caller that are beyond the bound: its earliest attempt and its first ring.</summary>
internal struct DroppedCSeqs
{
    public TextId FromTag;
    public Moment First;
    public Moment Rang;
}

/// <summary>An operator closed the dialog {From-tag, since_cseq}: earliest, then the smallest name.</summary>
internal struct CloseFact
{
    public TextId FromTag;
    public uint SinceCSeq;
    public Moment At;
    public TextId ClosedBy;
}
