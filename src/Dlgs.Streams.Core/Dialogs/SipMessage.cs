namespace Dlgs.Streams.Core.Dialogs;

/// <summary>The methods that say something about a call. Everything else is counted and has no effect.</summary>
public enum SipMethod : byte
{
    Other = 0,
    Invite = 1,
    Ack = 2,
    Cancel = 3,
    Bye = 4,
    Update = 5,
}

/// <summary>
/// What comes in: one SIP message as one proxy saw it. All texts are bytes, compared bytewise; a missing tag or branch is the empty one.
/// Lives on the stack over the bytes that it was read from.
/// </summary>
public ref struct SipMessage
{
    /// <summary>Call-ID; never empty.</summary>
    public ReadOnlySpan<byte> CallId;
    public ReadOnlySpan<byte> FromTag;
    public ReadOnlySpan<byte> ToTag;
    /// <summary>Of a request its own, of a response the one that CSeq names.</summary>
    public SipMethod Method;
    /// <summary>100 to 699; 0: a request.</summary>
    public int Status;
    public uint CSeq;
    /// <summary>Branch of the topmost Via.</summary>
    public ReadOnlySpan<byte> Branch;
    /// <summary>Branch of the Via below it, where <see cref="HasParent"/>.</summary>
    public ReadOnlySpan<byte> Parent;
    public bool HasParent;
    /// <summary>Number of Vias, 1 to <see cref="Bounds.Vias"/>.</summary>
    public int Vias;
    /// <summary>When the proxy saw it; default: unknown.</summary>
    public SipTime Time;
    /// <summary>Which proxy saw it. For clocks and metrics only, no fact has it.</summary>
    public ReadOnlySpan<byte> Proxy;
    /// <summary>URIs of From and To as they came; the defaults of src and dst.</summary>
    public ReadOnlySpan<byte> FromUri;
    public ReadOnlySpan<byte> ToUri;
    /// <summary>The operator's attributes, where the flags say that they are set.</summary>
    public ReadOnlySpan<byte> Src;
    public ReadOnlySpan<byte> Dst;
    public ReadOnlySpan<byte> Data;
    public bool HasSrc;
    public bool HasDst;
    public bool HasData;
    /// <summary>The operator's tags: ranges of <see cref="TagText"/>.</summary>
    public ReadOnlySpan<Range> Tags;
    public ReadOnlySpan<byte> TagText;
    /// <summary>Seconds of Session-Expires; 0: none.</summary>
    public uint SessionExpires;
    /// <summary>Something did not fit a bound of <see cref="Bounds"/> and was cut; the dialog shows it.</summary>
    public bool Overflow;
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

/// <summary>Adds the operator's tag to dialogs of a Call or removes it.</summary>
public ref struct TagMessage
{
    public ReadOnlySpan<byte> CallId;
    /// <summary>Only dialogs of this caller, where <see cref="HasFromTag"/>.</summary>
    public ReadOnlySpan<byte> FromTag;
    public bool HasFromTag;
    /// <summary>Only the dialog of this since_cseq; needs a From-tag. Null: every ongoing dialog.</summary>
    public uint? SinceCSeq;
    public ReadOnlySpan<byte> Tag;
    public bool Remove;
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
