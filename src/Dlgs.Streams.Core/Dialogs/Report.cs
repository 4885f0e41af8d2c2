namespace Dlgs.Streams.Core.Dialogs;

/// <summary>What was last reported of one dialog. Part of the Call's record, so that a restart reports nothing twice.</summary>
internal struct Report
{
    public TextId FromTag;
    public uint SinceCSeq;
    /// <summary>The CSeq that was answered; <see cref="uint.MaxValue"/>: none yet. Says which INVITEs' attributes are the dialog's.</summary>
    public uint UpToCSeq;
    public uint Sequence;
    public DialogState State;
    public EndReason Reason;
    public ushort Status;
    public Party EndedBy;
    /// <summary>Log time of the last change other than a settled one.</summary>
    public LogTime At;
    public bool Settled;
    public uint Revision;
    /// <summary>Log time of the last settled change.</summary>
    public LogTime SettledAt;
    public bool Adopted;

    public readonly bool Covers(uint cseq) => cseq >= SinceCSeq && cseq <= UpToCSeq;

    public readonly bool IsSuperseded => Reason == EndReason.Superseded;

    /// <summary>When a finished dialog leaves lists, answers and tags.</summary>
    public readonly LogTime LeavesAt(Lifetimes lifetimes) => IsSuperseded ? At : At + lifetimes.Finish;

    /// <summary>When a finished dialog settles.</summary>
    public readonly LogTime SettlesAt(Lifetimes lifetimes) => LeavesAt(lifetimes) + Lifetimes.Hold;
}
