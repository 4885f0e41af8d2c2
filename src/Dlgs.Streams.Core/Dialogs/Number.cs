namespace Dlgs.Streams.Core.Dialogs;

/// <summary>
/// What is known of one CSeq of a caller and of its other names: what is said of a name is said of what it names. A branch's closing and
/// CANCEL stay with its own CSeq (a CANCEL is of one transaction, RFC 3261 9.1).
/// </summary>
internal struct Number : ICSeqRow
{
    public uint CSeq { get; private init; }
    /// <summary>It counts as an attempt.</summary>
    public bool IsAttempt;
    /// <summary>First sighting of the attempt.</summary>
    public Moment First;
    /// <summary>As First, where it turned out to be a re-INVITE as well.</summary>
    public Moment FirstOfAny;
    public Moment Rang;
    public Moment Ringing;
    public Moment Cancelled;
    /// <summary>Last ACK that may yet prove an answer.</summary>
    public Moment Waiting;

    // Its topmost branches.
    public int Topmost;
    public int OpenTopmost;
    public bool IsOpenCancelled;
    public SipTime LastClosed;
    /// <summary>The topmost branch of the best status; -1: only ACKs tell, if anything.</summary>
    public int Best;
    /// <summary>A topmost branch was cancelled by its own closing.</summary>
    public bool WasCancelled;
    /// <summary>The branch further down of the best status other than 487; -1: none.</summary>
    public int BestBelow;

    /// <summary>All its topmost branches are closed.</summary>
    public readonly bool IsOver => Topmost > 0 && OpenTopmost == 0;

    public static Number New(uint cseq) => new()
    {
        CSeq = cseq, First = Moment.None, FirstOfAny = Moment.None, Rang = Moment.None, Ringing = Moment.None, Cancelled = Moment.None, Waiting = Moment.None,
        IsOpenCancelled = true, LastClosed = new SipTime(long.MinValue), Best = BranchNode.None, BestBelow = BranchNode.None,
    };
}
