namespace Dlgs.Streams.Hep;

/// <summary>What a HEP frame carries.</summary>
internal ref struct HepFrame
{
    /// <summary>Protocol type of SIP; a frame without one is taken for it.</summary>
    public const byte Sip = 1;

    private const byte Tcp = 6;

    /// <summary>When the capture agent saw the message, microseconds since 1970-01-01 UTC. 0: the frame does not say.</summary>
    public long TimeMicros;
    /// <summary>The capture agent's id.</summary>
    public uint CaptureId;
    /// <summary>What the payload is: SIP, or RTCP, a log line, a quality report ...</summary>
    public byte ProtocolType;
    /// <summary>IP protocol number of what was captured; 0: the frame does not say.</summary>
    public byte Transport;
    /// <summary>Where what was captured came from.</summary>
    public HepEndpoint Source;
    /// <summary>Where it went to.</summary>
    public HepEndpoint Destination;
    /// <summary>What the capture agent proves itself with (version 3); empty: nothing. Of a Recording: empty.</summary>
    public ReadOnlySpan<byte> AuthenticateKey;
    /// <summary>The payload is as the frame has it, compressed.</summary>
    public bool IsCompressed;
    /// <summary>What was captured. Of a frame of a Recording: what is not yet taken of it.</summary>
    public ReadOnlySpan<byte> Payload;
    /// <summary>The bytes of the message that a Recording took last.</summary>
    public ReadOnlySpan<byte> Message;

    /// <summary>The capture agent as the proxy of an event.</summary>
    public readonly string Proxy => $"hep-{CaptureId}";

    /// <summary>A piece of a byte stream: it may hold several messages, and parts of some.</summary>
    public readonly bool IsOfStream => Transport == Tcp;
}

/// <summary>What cost a HepReader a frame.</summary>
internal enum HepFailure
{
    None = 0,
    /// <summary>The stream ends inside a frame.</summary>
    Truncated,
    /// <summary>No frame begins where one has to.</summary>
    WrongMagic,
    /// <summary>A frame's or a chunk's length does not fit.</summary>
    BadLength,
    /// <summary>More chunks than any sender writes.</summary>
    TooManyChunks,
    /// <summary>A frame of HEP version 1, which does not say when its message was seen.</summary>
    HepVersion1,
    /// <summary>The file is a packet capture (pcap, pcapng), no recording.</summary>
    PacketCapture,
    /// <summary>The payload is compressed, and cannot be decompressed.</summary>
    BrokenPayload,
    /// <summary>The payload is compressed, and longer than any datagram.</summary>
    PayloadTooLong,
    /// <summary>The stream is compressed, and what follows cannot be decompressed.</summary>
    BrokenGzip,
}
