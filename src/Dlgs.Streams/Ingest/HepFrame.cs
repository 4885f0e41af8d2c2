namespace Dlgs.Streams.Ingest;

/// <summary>What a HEP frame carries.</summary>
internal ref struct HepFrame
{
    /// <summary>When the capture agent saw the message, microseconds since 1970-01-01 UTC.</summary>
    public long TimeMicros;
    /// <summary>The capture agent's id.</summary>
    public uint CaptureId;
    public ReadOnlySpan<byte> Payload;
}

/// <summary>What cost a HepReader a frame.</summary>
internal enum HepFailure
{
    None = 0,
    /// <summary>The stream ends inside a frame.</summary>
    Truncated,
    /// <summary>No "HEP3" where a frame has to begin.</summary>
    WrongMagic,
    /// <summary>A frame's or a chunk's length does not fit.</summary>
    BadLength,
    /// <summary>A frame that does not say when its message was seen.</summary>
    NoTime,
    /// <summary>The stream is compressed, and what follows cannot be decompressed.</summary>
    BrokenGzip,
}
