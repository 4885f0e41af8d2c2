namespace Dlgs.Streams.Sip;

/// <summary>Why bytes are no SIP message that can be tracked. Counted by these names.</summary>
internal enum SipFailure
{
    None = 0,
    /// <summary>No SIP/2.0 start line.</summary>
    NotSip,
    /// <summary>The bytes end inside a header field that is needed, or before it: what it would have said (a To-tag, say) is not known.</summary>
    Truncated,
    /// <summary>Bytes of a stream that belong to no message that begins in their frame.</summary>
    LeftOver,
    /// <summary>None of the header fields that every message has (RFC 3261 8.1.1).</summary>
    NoVia,
    NoFrom,
    NoTo,
    NoCallId,
    /// <summary>No CSeq, or not a number and a method.</summary>
    NoCSeq,
    /// <summary>CSeq from 2^31 on (RFC 3261 8.1.1.5).</summary>
    CSeqOutOfRange,
    /// <summary>A request whose CSeq names another method.</summary>
    MethodMismatch,
    /// <summary>Status outside 100-699.</summary>
    StatusOutOfRange,
    /// <summary>A quoted string or an angle bracket of Via, From or To that does not end.</summary>
    Unclosed,
    /// <summary>A field beyond its limit.</summary>
    FieldTooLong,
    /// <summary>A field that is kept is not UTF-8 (RFC 3261 7), so no record could carry it; a Recording reads it once more as Latin-1.</summary>
    NotUtf8,
}
