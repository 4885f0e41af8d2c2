namespace Dlgs.Streams.Core.Dialogs;

/// <summary>The methods that say something about a call (RFC 3261, RFC 3311).</summary>
public enum SipMethod : byte
{
    /// <summary>Every other method: counted, without effect.</summary>
    Other = 0,
    /// <summary>INVITE.</summary>
    Invite = 1,
    /// <summary>ACK.</summary>
    Ack = 2,
    /// <summary>CANCEL.</summary>
    Cancel = 3,
    /// <summary>BYE.</summary>
    Bye = 4,
    /// <summary>UPDATE (RFC 3311).</summary>
    Update = 5,
}

/// <summary>
/// What comes in: one SIP message as one proxy saw it. All texts are bytes, compared bytewise; a missing tag or branch is the empty one.
/// Lives on the stack over the bytes that it was read from. Its reader has checked it: nothing here is checked again.
/// </summary>
public ref struct SipMessage
{
    /// <summary>Call-ID; never empty.</summary>
    public ReadOnlySpan<byte> CallId;
    /// <summary>Tag of From; empty: it has none.</summary>
    public ReadOnlySpan<byte> FromTag;
    /// <summary>Tag of To; empty: it has none, as outside a dialog.</summary>
    public ReadOnlySpan<byte> ToTag;
    /// <summary>Of a request its own, of a response the one that CSeq names.</summary>
    public SipMethod Method;
    /// <summary>100 to 699; 0: a request.</summary>
    public int Status;
    /// <summary>The number of CSeq, below 2^31 (RFC 3261 8.1.1.5); 0 where it is missing.</summary>
    public uint CSeq;
    /// <summary>Branch of the topmost Via; empty: it has none.</summary>
    public ReadOnlySpan<byte> Branch;
    /// <summary>Branch of the Via below it, where <see cref="HasParent"/>.</summary>
    public ReadOnlySpan<byte> Parent;
    /// <summary>There is a second Via.</summary>
    public bool HasParent;
    /// <summary>Number of Vias, 1 to <see cref="Bounds.Vias"/>.</summary>
    public int Vias;
    /// <summary>When the proxy saw it; default: unknown.</summary>
    public SipTime Time;
    /// <summary>Which proxy saw it; may be empty. For clocks and metrics only, no fact has it.</summary>
    public ReadOnlySpan<byte> Proxy;
    /// <summary>URI of From as it came, the default of src; empty: unknown.</summary>
    public ReadOnlySpan<byte> FromUri;
    /// <summary>URI of To as it came, the default of dst; empty: unknown.</summary>
    public ReadOnlySpan<byte> ToUri;
    /// <summary>The operator's src, where <see cref="HasSrc"/>; may be empty.</summary>
    public ReadOnlySpan<byte> Src;
    /// <summary>The operator's dst, where <see cref="HasDst"/>; may be empty.</summary>
    public ReadOnlySpan<byte> Dst;
    /// <summary>The operator's data, where <see cref="HasData"/>; may be empty.</summary>
    public ReadOnlySpan<byte> Data;
    /// <summary>The operator set src, which beats From.</summary>
    public bool HasSrc;
    /// <summary>The operator set dst, which beats To.</summary>
    public bool HasDst;
    /// <summary>The operator set data.</summary>
    public bool HasData;
    /// <summary>The operator's tags: ranges of <see cref="TagText"/>, at most <see cref="Bounds.Tags"/>.</summary>
    public ReadOnlySpan<Range> Tags;
    /// <summary>The bytes of <see cref="Tags"/>.</summary>
    public ReadOnlySpan<byte> TagText;
    /// <summary>Seconds of Session-Expires (RFC 4028); 0: none.</summary>
    public uint SessionExpires;
    /// <summary>Something did not fit a bound of <see cref="Bounds"/> and was cut; the dialog shows it.</summary>
    public bool Overflow;

    /// <summary>A request; else a response.</summary>
    public readonly bool IsRequest => Status == 0;

    /// <summary>
    /// Adds the next Via by its branch, the topmost first; cuts a branch to <see cref="Bounds.BranchBytes"/>. False: there are
    /// <see cref="Bounds.Vias"/> already, and neither this one nor any further is taken.
    /// </summary>
    public bool AddVia(ReadOnlySpan<byte> branch)
    {
        if (Vias >= Bounds.Vias)
        {
            Overflow = true;
            return false;
        }
        if (branch.Length > Bounds.BranchBytes)
        {
            branch = branch[..Bounds.BranchBytes];
            Overflow = true;
        }
        if (Vias == 0) Branch = branch;
        if (Vias == 1)
        {
            Parent = branch;
            HasParent = true;
        }
        Vias++;
        return true;
    }

    /// <summary>At most so many bytes of texts can come with it into a record.</summary>
    internal readonly int TextBytes =>
        FromTag.Length + ToTag.Length + Branch.Length + Parent.Length + FromUri.Length + ToUri.Length + Src.Length + Dst.Length + Data.Length + TagText.Length;
}

/// <summary>Adds the operator's tag to dialogs of a Call, or removes it (README.md, "Attributes and tags").</summary>
public ref struct TagMessage
{
    /// <summary>Call-ID; never empty.</summary>
    public ReadOnlySpan<byte> CallId;
    /// <summary>Only dialogs of this caller, where <see cref="HasFromTag"/>.</summary>
    public ReadOnlySpan<byte> FromTag;
    /// <summary>False: dialogs of every caller.</summary>
    public bool HasFromTag;
    /// <summary>Only the dialog of this since_cseq; needs a From-tag. Null: every ongoing dialog.</summary>
    public uint? SinceCSeq;
    /// <summary>The tag; never empty.</summary>
    public ReadOnlySpan<byte> Tag;
    /// <summary>Removes it; else adds it. On a tie of times removal wins.</summary>
    public bool Remove;
    /// <summary>When the operator did it: of several the latest counts.</summary>
    public SipTime Time;
}

/// <summary>An operator ends one dialog that is stuck: a lost BYE, a dead proxy (README.md, "Close").</summary>
public ref struct CloseMessage
{
    /// <summary>Call-ID; never empty.</summary>
    public ReadOnlySpan<byte> CallId;
    /// <summary>From-tag of the dialog's caller.</summary>
    public ReadOnlySpan<byte> FromTag;
    /// <summary>The dialog's since_cseq.</summary>
    public uint SinceCSeq;
    /// <summary>Who closed it, as the change will say; may be empty.</summary>
    public ReadOnlySpan<byte> ClosedBy;
    /// <summary>When it was closed.</summary>
    public SipTime Time;
}
