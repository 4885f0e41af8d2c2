using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;

namespace Dlgs.Streams.Contracts.V1;

/// <summary>
/// What dialog_change.proto and dialog_query.proto say alike of a dialog, each under its own field numbers: one piece of code fills both, and
/// a field that is in one of them only does not compile here.
/// </summary>
public interface IDialogRecord
{
    string CallId { get; set; }
    string FromTag { get; set; }
    uint SinceCseq { get; set; }
    uint Sequence { get; set; }
    DialogState State { get; set; }
    EndReason EndReason { get; set; }
    uint SipStatus { get; set; }
    Party EndedBy { get; set; }
    Lifetime ExpiredLifetime { get; set; }
    string ClosedBy { get; set; }
    uint Attempts { get; set; }
    RepeatedField<Leg> Legs { get; }
    string ToTag { get; set; }
    Timestamp? InitTime { get; set; }
    Timestamp? RingTime { get; set; }
    Timestamp? AnswerTime { get; set; }
    Timestamp? FinishTime { get; set; }
    Duration? Duration { get; set; }
    Timestamp? LastSeen { get; set; }
    string Src { get; set; }
    string Dst { get; set; }
    string Data { get; set; }
    RepeatedField<string> Tags { get; }
    bool Settled { get; set; }
    uint Revision { get; set; }
    bool Adopted { get; set; }
    bool Overflow { get; set; }
}

public sealed partial class DialogChange : IDialogRecord;

public sealed partial class Dialog : IDialogRecord;
