namespace Dlgs.Streams.Core.Dialogs;

// The rows of a Call. Tags, branches and attributes are numbers of the Call's Texts. What each row says, and what makes two of them one,
// is the table of semantics section 2.2.

/// <summary>What is known of {From-tag, CSeq} of an INVITE.</summary>
internal struct InviteFacts
{
    public int FromTag;
    public uint CSeq;
    /// <summary>An INVITE without To-tag, or a 1xx that proves it: first seen.</summary>
    public Moment Attempt;
    /// <summary>First 1xx, 100 and untagged ones too.</summary>
    public Moment Rang;
    /// <summary>Last 101-199.</summary>
    public Moment Ringing;
    /// <summary>Last CANCEL.</summary>
    public Moment Cancelled;
    /// <summary>The INVITE itself was seen: attributes of its replies do not count.</summary>
    public bool InviteSeen;
    public AttributeFact Src;
    public AttributeFact Dst;
    public AttributeFact Data;
}

/// <summary>The best candidate for one attribute at one {From-tag, CSeq}.</summary>
internal struct AttributeFact
{
    public int Text;
    public AttributeRank Rank;
    public byte Vias;
    public SipTime Time;
}

/// <summary>Where a candidate comes from; the higher wins.</summary>
internal enum AttributeRank : byte
{
    None = 0,
    ReplyDefault = 1,
    ReplyExplicit = 2,
    InviteDefault = 3,
    InviteExplicit = 4,
}

/// <summary>What is known of the branch {From-tag, CSeq, top Via}.</summary>
internal struct BranchFacts
{
    public const int NoParent = -1;

    public int FromTag;
    public uint CSeq;
    public int Branch;
    /// <summary>Branch of the Via below, the bytewise greater of two; <see cref="NoParent"/>.</summary>
    public int Parent;
    /// <summary>Number of Vias, the least of several.</summary>
    public byte Vias;
    /// <summary>An INVITE or a reply to one was seen on it; else only a CANCEL was.</summary>
    public bool Known;
    /// <summary>Earliest 3xx-6xx.</summary>
    public Moment Closed;
    public ushort Status;
    /// <summary>Earliest CANCEL.</summary>
    public Moment Cancelled;
}

/// <summary>What is known of {From-tag, To-tag}, in this direction.</summary>
internal struct PairFacts
{
    public int FromTag;
    public int ToTag;
    /// <summary>2xx to INVITE: of the lowest CSeq the earliest.</summary>
    public Moment Answered;
    public uint AnsweredCSeq;
    /// <summary>BYE, or a 2xx, 408 or 481 to it: earliest.</summary>
    public Moment HungUp;
    /// <summary>481 inside the dialog: latest.</summary>
    public Moment Gone;
    /// <summary>2xx to INVITE or UPDATE: highest CSeq, then the greatest Session-Expires, then the earliest.</summary>
    public Moment Refreshed;
    public uint RefreshCSeq;
    public uint SessionExpires;
}

/// <summary>ACK of {From-tag, To-tag, CSeq, branch}: earliest.</summary>
internal struct AckFact
{
    public int FromTag;
    public int ToTag;
    public uint CSeq;
    public int Branch;
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

/// <summary>The operator's tag, added or removed: the latest, removal on a tie.</summary>
internal struct TagFact
{
    public int Tag;
    public TagScope Scope;
    public int FromTag;
    public uint Number;
    public bool Removed;
    public Moment At;
}

/// <summary>The earliest attempt of those that a caller made beyond the bound.</summary>
internal struct DroppedAttempts
{
    public int FromTag;
    public Moment First;
}
