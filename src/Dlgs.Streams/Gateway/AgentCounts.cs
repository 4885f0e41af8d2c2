using Dlgs.Streams.Hep;
using Dlgs.Streams.Metrics;
using Dlgs.Streams.Sip;

namespace Dlgs.Streams.Gateway;

/// <summary>What became of a frame.</summary>
internal enum FrameOutcome
{
    /// <summary>It was read; its messages are counted apart.</summary>
    Read,
    /// <summary>Its sender may not send.</summary>
    WrongAddress,
    /// <summary>Its key is missing, or another.</summary>
    WrongKey,
    /// <summary>It carries another protocol than SIP.</summary>
    OtherProtocol,
    /// <summary>Nothing is in it but line ends, which keep a connection alive.</summary>
    Empty,
    Truncated,
    WrongMagic,
    BadLength,
    TooManyChunks,
    HepVersion1,
    PacketCapture,
    BrokenPayload,
    PayloadTooLong,
}

/// <summary>What became of a SIP message.</summary>
internal enum MessageOutcome
{
    /// <summary>Its event waits for the brokers.</summary>
    Queued,
    /// <summary>There was no room for it.</summary>
    Dropped,
    NotSip,
    Truncated,
    LeftOver,
    NoVia,
    NoFrom,
    NoTo,
    NoCallId,
    NoCSeq,
    CSeqOutOfRange,
    MethodMismatch,
    StatusOutOfRange,
    Unclosed,
    FieldTooLong,
    NotUtf8,
}

/// <summary>What became of what one capture agent sent.</summary>
internal sealed class AgentCounts(string name)
{
    public string Name => name;

    public RunningCount[] Frames { get; } = Of<FrameOutcome>();

    public RunningCount[] Messages { get; } = Of<MessageOutcome>();

    public RunningCount[] Times { get; } = Of<ReplacedTime>();

    /// <summary>Messages that are not UTF-8, read as Latin-1.</summary>
    public RunningCount Latin1 { get; } = new();

    public long Add(FrameOutcome outcome) => Frames[(int)outcome].Add();

    public long Add(MessageOutcome outcome) => Messages[(int)outcome].Add();

    public long Add(ReplacedTime why) => Times[(int)why].Add();

    private static RunningCount[] Of<TEnum>() where TEnum : struct, Enum => [.. Enum.GetValues<TEnum>().Select(_ => new RunningCount())];
}

/// <summary>The outcomes that readers know by other names.</summary>
internal static class Outcomes
{
    public static FrameOutcome Of(HepFailure failure) => failure switch
    {
        HepFailure.None => FrameOutcome.Read,
        HepFailure.Truncated => FrameOutcome.Truncated,
        HepFailure.WrongMagic => FrameOutcome.WrongMagic,
        HepFailure.BadLength => FrameOutcome.BadLength,
        HepFailure.TooManyChunks => FrameOutcome.TooManyChunks,
        HepFailure.HepVersion1 => FrameOutcome.HepVersion1,
        HepFailure.PacketCapture => FrameOutcome.PacketCapture,
        HepFailure.BrokenPayload or HepFailure.BrokenGzip => FrameOutcome.BrokenPayload,
        HepFailure.PayloadTooLong => FrameOutcome.PayloadTooLong,
    };

    public static MessageOutcome Of(SipFailure failure) => failure switch
    {
        SipFailure.None => MessageOutcome.Queued,
        SipFailure.NotSip => MessageOutcome.NotSip,
        SipFailure.Truncated => MessageOutcome.Truncated,
        SipFailure.LeftOver => MessageOutcome.LeftOver,
        SipFailure.NoVia => MessageOutcome.NoVia,
        SipFailure.NoFrom => MessageOutcome.NoFrom,
        SipFailure.NoTo => MessageOutcome.NoTo,
        SipFailure.NoCallId => MessageOutcome.NoCallId,
        SipFailure.NoCSeq => MessageOutcome.NoCSeq,
        SipFailure.CSeqOutOfRange => MessageOutcome.CSeqOutOfRange,
        SipFailure.MethodMismatch => MessageOutcome.MethodMismatch,
        SipFailure.StatusOutOfRange => MessageOutcome.StatusOutOfRange,
        SipFailure.Unclosed => MessageOutcome.Unclosed,
        SipFailure.FieldTooLong => MessageOutcome.FieldTooLong,
        SipFailure.NotUtf8 => MessageOutcome.NotUtf8,
    };
}
