using System.Collections.Immutable;

namespace Dlgs.Streams.Core.Dialogs;

/// <summary>Which dialog (README.md, "Identity").</summary>
/// <param name="CallId">The Call-ID; never empty.</param>
/// <param name="FromTag">The caller's From-tag; empty where it sends none (RFC 2543).</param>
/// <param name="SinceCSeq">0, or one above the CSeq at which an earlier dialog of the two was answered.</param>
public sealed record DialogId(string CallId, string FromTag, uint SinceCSeq);

/// <summary>One callee that answered (README.md, "Legs"). A dialog has several where a fork was answered twice.</summary>
/// <param name="ToTag">The callee's tag; empty where it sends none.</param>
/// <param name="CSeq">CSeq of the INVITE that it answered.</param>
/// <param name="AnswerTime">Its 2xx, or what proves one that was not seen.</param>
/// <param name="Acknowledged">An ACK of the caller's for this answer was seen (RFC 3261 13.2.2.4).</param>
/// <param name="EndTime">Null: it is up.</param>
/// <param name="EndReason">None: it is up, or it lost the race against another leg.</param>
/// <param name="EndedBy">Who hung up; None where no BYE did, or the tags do not tell.</param>
public sealed record Leg(string ToTag, uint CSeq, SipTime AnswerTime, bool Acknowledged, SipTime? EndTime, EndReason EndReason, Party EndedBy);

/// <summary>
/// One tracked call, as derived from its facts. Built only when it is reported or asked for; immutable. All times are SIP time. Of a dialog that
/// was superseded, only its identity, state, attributes, sequence and flags are left.
/// </summary>
public sealed record Dialog
{
    /// <summary>Which dialog.</summary>
    public required DialogId Id { get; init; }

    /// <summary>What is known of it now; never None.</summary>
    public DialogState State { get; init; }

    /// <summary>Why it finished; None: it is ongoing.</summary>
    public EndReason EndReason { get; init; }

    /// <summary>Final status of an unanswered dialog, 300 to 699; 0: unknown, or none.</summary>
    public int SipStatus { get; init; }

    /// <summary>Who hung up; None where no BYE did, or the tags do not tell.</summary>
    public Party EndedBy { get; init; }

    /// <summary>Which lifetime passed, with <see cref="EndReason.Expired"/>; else None.</summary>
    public Lifetime ExpiredLifetime { get; init; }

    /// <summary>Who closed it, where an operator did (<see cref="EndReason.Closed"/>); else empty.</summary>
    public string ClosedBy { get; init; } = "";

    /// <summary>Number of INVITEs that the caller made for it: challenges and redirects lead to more than one.</summary>
    public int Attempts { get; init; }

    /// <summary>Those who answered, by To-tag bytewise; empty: nobody has.</summary>
    public ImmutableArray<Leg> Legs { get; init; } = [];

    /// <summary>
    /// To-tag of the earliest leg that is up, or else of the leg whose end is the dialog's;
    /// empty without legs, or where that callee sends none.
    /// </summary>
    public string ToTag { get; init; } = "";

    /// <summary>Its first INVITE, or where that was missed what proves it; null: superseded.</summary>
    public SipTime? InitTime { get; init; }

    /// <summary>Its first provisional reply, 100 included; null: none was seen.</summary>
    public SipTime? RingTime { get; init; }

    /// <summary>The earliest answer of the legs that were acknowledged, of all where none was; null: not answered.</summary>
    public SipTime? AnswerTime { get; init; }

    /// <summary>Its end; where a lifetime passed its last sign of life plus that lifetime. Null: it is ongoing, or superseded.</summary>
    public SipTime? FinishTime { get; init; }

    /// <summary>The latest time known of it; null: superseded.</summary>
    public SipTime? LastSeen { get; init; }

    /// <summary>The operator's attribute src, by default the From as an address-of-record; empty: unknown.</summary>
    public string Src { get; init; } = "";

    /// <summary>The operator's attribute dst, by default the To as an address-of-record; empty: unknown.</summary>
    public string Dst { get; init; } = "";

    /// <summary>The operator's attribute data; empty: none.</summary>
    public string Data { get; init; } = "";

    /// <summary>The operator's tags, sorted bytewise, at most <see cref="Bounds.Tags"/>; empty: none.</summary>
    public ImmutableArray<string> Tags { get; init; } = [];

    /// <summary>Its start was missed: the caller is taken from a 2xx and its ACK (README.md, "Adoption").</summary>
    public bool Adopted { get; init; }

    /// <summary>A bound was hit: something of its Call is not known (README.md, "Bounds").</summary>
    public bool Overflow { get; init; }

    /// <summary>Sequence of the last change reported of it: 1, 2, 3 ... without gaps.</summary>
    public uint Sequence { get; init; }

    /// <summary>Whether the last change reported of it was a settled one: the call as billing should read it.</summary>
    public bool Settled { get; init; }

    /// <summary>Number of settled changes so far; 0: not settled yet.</summary>
    public uint Revision { get; init; }

    /// <summary>Answer to finish in microseconds, never negative; null where not answered or not finished.</summary>
    public long? DurationMicros => FinishTime is { } finish && AnswerTime is { } answer ? Math.Max(0, finish.Micros - answer.Micros) : null;
}

/// <summary>The input record that made a change known.</summary>
/// <param name="Partition">Of the input topic.</param>
/// <param name="Offset">In that partition, from 0.</param>
public readonly record struct Cause(int Partition, long Offset);

/// <summary>What goes out: one change of one dialog, with the whole dialog as it is after it (its sequence, settled and revision included).</summary>
/// <param name="Dialog">The dialog after the change.</param>
/// <param name="PreviousState">None in its first change. Equal to the state where only the reason changed, or it settled.</param>
/// <param name="Cause">The record that made it known: where a deadline passed, the one that moved the log time.</param>
/// <param name="LogTime">When it became known.</param>
public sealed record DialogChange(Dialog Dialog, DialogState PreviousState, Cause Cause, LogTime LogTime);
