using System.Collections.Immutable;

namespace Dlgs.Streams.Core.Dialogs;

/// <summary>Which dialog: Call-ID, the caller's From-tag, and 0 or one above the CSeq at which an earlier dialog of the two was answered.</summary>
public sealed record DialogId(string CallId, string FromTag, uint SinceCSeq);

/// <summary>One callee that answered.</summary>
public sealed record Leg(string ToTag, uint CSeq, SipTime AnswerTime, bool Acknowledged, SipTime? EndTime, EndReason EndReason, Party EndedBy);

/// <summary>One tracked call, as derived from its facts. Built only when it is reported or asked for.</summary>
public sealed record Dialog
{
    public required DialogId Id { get; init; }
    public DialogState State { get; init; }
    public EndReason EndReason { get; init; }
    /// <summary>Final status of an unanswered dialog; 0: unknown, or none.</summary>
    public int SipStatus { get; init; }
    public Party EndedBy { get; init; }
    public Lifetime ExpiredLifetime { get; init; }
    /// <summary>Who closed it, where an operator did (<see cref="EndReason.Closed"/>).</summary>
    public string ClosedBy { get; init; } = "";
    public int Attempts { get; init; }
    public ImmutableArray<Leg> Legs { get; init; } = [];
    public string ToTag { get; init; } = "";
    public SipTime? InitTime { get; init; }
    public SipTime? RingTime { get; init; }
    public SipTime? AnswerTime { get; init; }
    public SipTime? FinishTime { get; init; }
    public SipTime? LastSeen { get; init; }
    public string Src { get; init; } = "";
    public string Dst { get; init; } = "";
    public string Data { get; init; } = "";
    /// <summary>The operator's tags, sorted bytewise.</summary>
    public ImmutableArray<string> Tags { get; init; } = [];
    public bool Adopted { get; init; }
    public bool Overflow { get; init; }

    /// <summary>Sequence of the last change reported of it.</summary>
    public uint Sequence { get; init; }
    /// <summary>Whether the last change reported of it was a settled one.</summary>
    public bool Settled { get; init; }
    /// <summary>Number of settled changes so far.</summary>
    public uint Revision { get; init; }

    /// <summary>Answer to finish in microseconds, never negative; null where not answered or not finished.</summary>
    public long? DurationMicros => FinishTime is { } finish && AnswerTime is { } answer ? Math.Max(0, finish.Micros - answer.Micros) : null;
}

/// <summary>The input record that made a change known.</summary>
public readonly record struct Cause(int Partition, long Offset);

/// <summary>What goes out: one change of one dialog, with the whole dialog as it is after it (its sequence, settled and revision included).</summary>
public sealed record DialogChange(Dialog Dialog, DialogState PreviousState, Cause Cause, LogTime LogTime);
