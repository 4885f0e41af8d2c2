using Dlgs.Streams.Contracts.V1;
using Google.Protobuf.WellKnownTypes;
using Derived = Dlgs.Streams.Core.Dialogs;

namespace Dlgs.Streams.Records;

/// <summary>Core's dialogs and changes as the records of protos/. The numbers of the enums are the same on both sides; a test holds them together.</summary>
internal static class DialogRecords
{
    public static DialogChange ToRecord(this Derived.DialogChange change)
    {
        var d = change.Dialog;
        var record = new DialogChange
        {
            EventId = EventId(change),
            CallId = d.Id.CallId,
            FromTag = d.Id.FromTag,
            SinceCseq = d.Id.SinceCSeq,
            Sequence = d.Sequence,
            PreviousState = (DialogState)change.PreviousState,
            State = (DialogState)d.State,
            EndReason = (EndReason)d.EndReason,
            SipStatus = (uint)d.SipStatus,
            EndedBy = (Party)d.EndedBy,
            ExpiredLifetime = (Lifetime)d.ExpiredLifetime,
            ClosedBy = d.ClosedBy,
            Attempts = (uint)d.Attempts,
            ToTag = d.ToTag,
            InitTime = ToTimestamp(d.InitTime),
            RingTime = ToTimestamp(d.RingTime),
            AnswerTime = ToTimestamp(d.AnswerTime),
            FinishTime = ToTimestamp(d.FinishTime),
            Duration = ToDuration(d.DurationMicros),
            LastSeen = ToTimestamp(d.LastSeen),
            Src = d.Src,
            Dst = d.Dst,
            Data = d.Data,
            Settled = d.Settled,
            Revision = d.Revision,
            Adopted = d.Adopted,
            Overflow = d.Overflow,
            Cause = new Cause { Partition = change.Cause.Partition, Offset = change.Cause.Offset },
            LogTime = ToTimestamp(change.LogTime.Micros),
        };
        foreach (var leg in d.Legs) record.Legs.Add(ToRecord(leg));
        record.Tags.AddRange(d.Tags);
        return record;
    }

    public static Dialog ToRecord(this Derived.Dialog d)
    {
        var record = new Dialog
        {
            CallId = d.Id.CallId,
            FromTag = d.Id.FromTag,
            SinceCseq = d.Id.SinceCSeq,
            State = (DialogState)d.State,
            EndReason = (EndReason)d.EndReason,
            SipStatus = (uint)d.SipStatus,
            EndedBy = (Party)d.EndedBy,
            ExpiredLifetime = (Lifetime)d.ExpiredLifetime,
            ClosedBy = d.ClosedBy,
            Attempts = (uint)d.Attempts,
            ToTag = d.ToTag,
            InitTime = ToTimestamp(d.InitTime),
            RingTime = ToTimestamp(d.RingTime),
            AnswerTime = ToTimestamp(d.AnswerTime),
            FinishTime = ToTimestamp(d.FinishTime),
            Duration = ToDuration(d.DurationMicros),
            LastSeen = ToTimestamp(d.LastSeen),
            Src = d.Src,
            Dst = d.Dst,
            Data = d.Data,
            Adopted = d.Adopted,
            Overflow = d.Overflow,
            Sequence = d.Sequence,
            Settled = d.Settled,
            Revision = d.Revision,
        };
        foreach (var leg in d.Legs) record.Legs.Add(ToRecord(leg));
        record.Tags.AddRange(d.Tags);
        return record;
    }

    /// <summary>{partition}/{offset}/{Call-ID}/{From-tag}/{since}/{sequence}, texts percent-encoded: the same after any replay.</summary>
    private static string EventId(Derived.DialogChange change)
    {
        var id = change.Dialog.Id;
        return $"{change.Cause.Partition}/{change.Cause.Offset}/{Uri.EscapeDataString(id.CallId)}/{Uri.EscapeDataString(id.FromTag)}/{id.SinceCSeq}/{change.Dialog.Sequence}";
    }

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

    public static Timestamp ToTimestamp(long micros)
    {
        var seconds = Math.DivRem(micros, 1_000_000, out var rest);
        if (rest < 0) { seconds--; rest += 1_000_000; }
        return new Timestamp { Seconds = seconds, Nanos = (int)rest * 1000 };
    }

    private static Duration? ToDuration(long? micros) =>
        micros is { } m ? new Duration { Seconds = m / 1_000_000, Nanos = (int)(m % 1_000_000) * 1000 } : null;
}
