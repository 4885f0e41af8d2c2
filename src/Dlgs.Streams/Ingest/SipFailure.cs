namespace Dlgs.Streams.Ingest;

/// <summary>Why bytes are no SIP message that can be tracked. Counted by these names.</summary>
internal enum SipFailure
{
    None = 0,
    /// <summary>No SIP/2.0 start line.</summary>
    NotSip,
    NoCallId,
    /// <summary>No CSeq, or not a number and a method.</summary>
    NoCSeq,
    /// <summary>CSeq from 2^31 on (RFC 3261 8.1.1.5).</summary>
    CSeqOutOfRange,
    /// <summary>A request whose CSeq names another method.</summary>
    MethodMismatch,
    /// <summary>Status outside 100-699.</summary>
    StatusOutOfRange,
    /// <summary>A field beyond its limit.</summary>
    FieldTooLong,
}
