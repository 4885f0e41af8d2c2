namespace Dlgs.Streams.Records;

/// <summary>Why a record is no usable event.</summary>
internal enum EventFailure
{
    None = 0,
    /// <summary>The bytes are no SipEvent.</summary>
    Malformed,
    /// <summary>A string is not UTF-8. Such a record is read once more as Latin-1, so none is refused for it.</summary>
    NotUtf8,
    NoCallId,
    NoMethod,
    StatusOutOfRange,
    CSeqOutOfRange,
    FieldTooLong,
    /// <summary>The Call-ID hashes to another partition: a producer with another partitioner, or another key.</summary>
    WrongPartition,
    /// <summary>A tag event without a tag or an operation.</summary>
    BadTagEvent,
    /// <summary>The program itself failed on it, twice.</summary>
    Failed,
    /// <summary>The record is sound, but its Call is full: 64 dialogs, or limit_record.</summary>
    CallFull,
    /// <summary>It has its producer's time and not the broker's, and no record before it had the broker's: there is no log time to take it at.</summary>
    NoLogTime,
}

/// <summary>The names of the failures.</summary>
internal static class EventFailures
{
    /// <summary>Its one name outside of this program: the metric's tag, the dead letter's header `cause` and the log have it. Others depend on them.</summary>
    public static string Name(this EventFailure failure) => failure switch
    {
        EventFailure.None => "none",
        EventFailure.Malformed => "malformed",
        EventFailure.NotUtf8 => "not-utf8",
        EventFailure.NoCallId => "no-call-id",
        EventFailure.NoMethod => "no-method",
        EventFailure.StatusOutOfRange => "status-out-of-range",
        EventFailure.CSeqOutOfRange => "cseq-out-of-range",
        EventFailure.FieldTooLong => "field-too-long",
        EventFailure.WrongPartition => "wrong-partition",
        EventFailure.BadTagEvent => "bad-tag-event",
        EventFailure.Failed => "failed",
        EventFailure.CallFull => "call-full",
        EventFailure.NoLogTime => "no-log-time",
    };
}

/// <summary>Which kind of event a record is.</summary>
internal enum EventKind
{
    Message,
    Tag,
    Tick,
    /// <summary>An operator's close.</summary>
    Close,
    /// <summary>A tag event with an operation of a newer producer: says nothing that this version knows, and is no fault.</summary>
    Unknown,
}
