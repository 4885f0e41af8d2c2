using Dlgs.Streams.Contracts.V1;
using Google.Protobuf.WellKnownTypes;
using Derived = Dlgs.Streams.Core.Dialogs;

namespace Dlgs.Streams.Records;

/// <summary>Core's dialogs and changes as the records of protos/. The numbers of the enums are the same on both sides; a test holds them together.</summary>
internal static class DialogRecords
{
    /// <summary>A change is the dialog as it is after it, and what only a change has.</summary>
    public static DialogChange ToRecord(this Derived.DialogChange change) => Fill(change.Dialog, new DialogChange
    {
        EventId = EventId(change),
        PreviousState = (DialogState)change.PreviousState,
        Cause = new Cause { Partition = change.Cause.Partition, Offset = change.Cause.Offset },
        LogTime = ToTimestamp(change.LogTime.Micros),
    });

    /// <summary>As much of it as the view has.</summary>
    public static Dialog ToRecord(this Derived.Dialog dialog, DialogView view) => view == DialogView.Full ? dialog.ToRecord() : new Dialog
    {
        Id = DialogIds.ToText(dialog.Id),
        CallId = dialog.Id.CallId,
        FromTag = dialog.Id.FromTag,
        SinceCseq = dialog.Id.SinceCSeq,
        Src = dialog.Src,
        Dst = dialog.Dst,
        State = (DialogState)dialog.State,
    };

    public static Dialog ToRecord(this Derived.Dialog dialog) => Fill(dialog, new Dialog { Id = DialogIds.ToText(dialog.Id) });

    /// <summary>As much of a change's dialog as filters ask for.</summary>
    public static Derived.Dialog ToDialog(this DialogChange change) => new()
    {
        Id = new Derived.DialogId(change.CallId, change.FromTag, change.SinceCseq),
        State = (Derived.DialogState)change.State,
        Src = change.Src,
        Dst = change.Dst,
        Data = change.Data,
        Tags = [.. change.Tags],
    };

    public static Derived.LogTime LogTimeOf(this DialogChange change) =>
        change.LogTime is { } time ? new Derived.LogTime((time.Seconds * 1_000_000) + (time.Nanos / 1000)) : Derived.LogTime.Start;

    private static T Fill<T>(Derived.Dialog d, T record) where T : class, IDialogRecord
    {
        record.CallId = d.Id.CallId;
        record.FromTag = d.Id.FromTag;
        record.SinceCseq = d.Id.SinceCSeq;
        record.Sequence = d.Sequence;
        record.State = (DialogState)d.State;
        record.EndReason = (EndReason)d.EndReason;
        record.SipStatus = (uint)d.SipStatus;
        record.EndedBy = (Party)d.EndedBy;
        record.ExpiredLifetime = (Lifetime)d.ExpiredLifetime;
        record.ClosedBy = d.ClosedBy;
        record.Attempts = (uint)d.Attempts;
        foreach (var leg in d.Legs) record.Legs.Add(ToRecord(leg));
        record.ToTag = d.ToTag;
        record.InitTime = ToTimestamp(d.InitTime);
        record.RingTime = ToTimestamp(d.RingTime);
        record.AnswerTime = ToTimestamp(d.AnswerTime);
        record.FinishTime = ToTimestamp(d.FinishTime);
        record.Duration = ToDuration(d.DurationMicros);
        record.LastSeen = ToTimestamp(d.LastSeen);
        record.Src = d.Src;
        record.Dst = d.Dst;
        record.Data = d.Data;
        record.Tags.AddRange(d.Tags);
        record.Settled = d.Settled;
        record.Revision = d.Revision;
        record.Adopted = d.Adopted;
        record.Overflow = d.Overflow;
        return record;
    }

    /// <summary>{partition}/{offset}/{dialog id}/{sequence}: the same after any replay.</summary>
    private static string EventId(Derived.DialogChange change) =>
        $"{change.Cause.Partition}/{change.Cause.Offset}/{DialogIds.ToText(change.Dialog.Id)}/{change.Dialog.Sequence}";

    private static Leg ToRecord(Derived.Leg leg) => new()
    {
        ToTag = leg.ToTag,
        Cseq = leg.CSeq,
        AnswerTime = ToTimestamp(leg.AnswerTime),
        Acknowledged = leg.Acknowledged,
        EndTime = ToTimestamp(leg.EndTime),
        EndReason = (EndReason)leg.EndReason,
        EndedBy = (Party)leg.EndedBy,
    };

    private static Timestamp? ToTimestamp(Derived.SipTime? time) => time is { } t ? ToTimestamp(t.Micros) : null;

    public static long ToMicros(Timestamp time) => time.Seconds * 1_000_000 + time.Nanos / 1_000;

    public static Timestamp ToTimestamp(long micros)
    {
        var seconds = Math.DivRem(micros, 1_000_000, out var rest);
        if (rest < 0) { seconds--; rest += 1_000_000; }
        return new Timestamp { Seconds = seconds, Nanos = (int)rest * 1000 };
    }

    private static Duration? ToDuration(long? micros) =>
        micros is { } m ? new Duration { Seconds = m / 1_000_000, Nanos = (int)(m % 1_000_000) * 1000 } : null;
}
