using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;

namespace Dlgs.Streams.Contracts.V1;

/// <summary>
/// What dialog_change.proto and dialog_query.proto say alike of a dialog, each under its own field numbers: one piece of code fills both, and
/// a field that is in one of them only does not compile here.
/// </summary>
public interface IDialogRecord
{
    /// <summary>Call-ID, as in the message; bytes that were not UTF-8 are read as Latin-1.</summary>
    string CallId { get; set; }

    /// <summary>The caller's From-tag.</summary>
    string FromTag { get; set; }

    /// <summary>0, or one above the CSeq at which an earlier dialog of the same Call-ID and From-tag was answered.</summary>
    uint SinceCseq { get; set; }

    /// <summary>Number of the latest change: 1, 2, 3 ... per dialog, without gaps.</summary>
    uint Sequence { get; set; }

    /// <summary>Where the dialog is.</summary>
    DialogState State { get; set; }

    /// <summary>Why it ended; unspecified while it is up.</summary>
    EndReason EndReason { get; set; }

    /// <summary>Final status of an unanswered dialog. 0: unknown, or none.</summary>
    uint SipStatus { get; set; }

    /// <summary>Who hung up; unspecified where no BYE did, or the tags do not tell.</summary>
    Party EndedBy { get; set; }

    /// <summary>Which lifetime passed, with <see cref="EndReason.Expired"/>.</summary>
    Lifetime ExpiredLifetime { get; set; }

    /// <summary>Who closed it, with <see cref="EndReason.Closed"/>; else empty.</summary>
    string ClosedBy { get; set; }

    /// <summary>Number of INVITEs that the caller made for it: challenges and redirects make more than one.</summary>
    uint Attempts { get; set; }

    /// <summary>The callees that answered, those that are gone too.</summary>
    RepeatedField<Leg> Legs { get; }

    /// <summary>To-tag of the earliest leg that is up, or else of the leg whose end is the dialog's. Empty: no leg.</summary>
    string ToTag { get; set; }

    /// <summary>First INVITE. This and all times below are SIP time, what the proxies' clocks said, in microseconds; null: not seen.</summary>
    Timestamp? InitTime { get; set; }

    /// <summary>First provisional reply.</summary>
    Timestamp? RingTime { get; set; }

    /// <summary>Earliest 2xx of the legs that were acknowledged; of all, where none was.</summary>
    Timestamp? AnswerTime { get; set; }

    /// <summary>The end. Where a lifetime passed: its last sign of life plus the lifetime.</summary>
    Timestamp? FinishTime { get; set; }

    /// <summary>Answer to finish, never negative; null where the dialog was not answered or is not finished.</summary>
    Duration? Duration { get; set; }

    /// <summary>Latest time known of the dialog.</summary>
    Timestamp? LastSeen { get; set; }

    /// <summary>The operator's attribute; by default From as user@host.</summary>
    string Src { get; set; }

    /// <summary>The operator's attribute; by default To as user@host.</summary>
    string Dst { get; set; }

    /// <summary>The operator's attribute; by default empty.</summary>
    string Data { get; set; }

    /// <summary>The operator's tags, sorted.</summary>
    RepeatedField<string> Tags { get; }

    /// <summary>The call as billing should read it.</summary>
    bool Settled { get; set; }

    /// <summary>1 with the first settled change, and one more with each that replaces it; 0 until then.</summary>
    uint Revision { get; set; }

    /// <summary>The start was missed: the caller is taken from a 2xx and its ACK.</summary>
    bool Adopted { get; set; }

    /// <summary>A bound was hit: something of this call is not known.</summary>
    bool Overflow { get; set; }
}

public sealed partial class DialogChange : IDialogRecord;

public sealed partial class Dialog : IDialogRecord;
