using System.Buffers.Binary;

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

/// <summary>What stopped a HepReader, or cost it a frame.</summary>
internal enum HepFailure
{
    None = 0,
    /// <summary>The stream ends inside a frame.</summary>
    Truncated,
    /// <summary>No "HEP3" where a frame has to begin; nothing behind it can be trusted.</summary>
    WrongMagic,
    /// <summary>A frame's or a chunk's length does not fit.</summary>
    BadLength,
}

/// <summary>
/// Reads HEPv3 frames back to back, as a HEP-over-TCP sender writes them: "HEP3", total length, then chunks of vendor, type, length, data.
/// Holds one frame at a time (at most 64 KiB) and never throws for what is in the stream.
/// </summary>
internal sealed class HepReader(Stream stream)
{
    private const int HeaderLength = 6;
    private readonly byte[] buffer = new byte[1 << 16];

    /// <summary>Byte position of the frame read last.</summary>
    public long Position { get; private set; }

    private long next;

    /// <summary>Reads a frame. None with an empty payload field: a frame without payload. At the end false with None; false otherwise: no further frame can be read.</summary>
    public bool TryRead(out HepFrame frame, out HepFailure failure)
    {
        frame = default;
        Position = next;
        var got = stream.ReadAtLeast(buffer.AsSpan(0, HeaderLength), HeaderLength, throwOnEndOfStream: false);
        failure = got == 0 ? HepFailure.None : got < HeaderLength ? HepFailure.Truncated : HepFailure.None;
        if (got < HeaderLength) return false;
        if (!buffer.AsSpan(0, 4).SequenceEqual("HEP3"u8)) failure = HepFailure.WrongMagic;
        var length = BinaryPrimitives.ReadUInt16BigEndian(buffer.AsSpan(4));
        if (failure == HepFailure.None && length < HeaderLength) failure = HepFailure.BadLength;
        if (failure != HepFailure.None) return false;
        var body = length - HeaderLength;
        if (stream.ReadAtLeast(buffer.AsSpan(0, body), body, throwOnEndOfStream: false) < body)
        {
            failure = HepFailure.Truncated;
            return false;
        }
        next += length;
        // A bad chunk costs its frame only: the next one begins where the length said.
        if (!ReadChunks(buffer.AsSpan(0, body), ref frame)) failure = HepFailure.BadLength;
        return true;
    }

    private static bool ReadChunks(ReadOnlySpan<byte> chunks, ref HepFrame frame)
    {
        long seconds = 0, micros = 0;
        while (!chunks.IsEmpty)
        {
            if (chunks.Length < HeaderLength) return false;
            var (vendor, type, length) = (BinaryPrimitives.ReadUInt16BigEndian(chunks), BinaryPrimitives.ReadUInt16BigEndian(chunks[2..]), BinaryPrimitives.ReadUInt16BigEndian(chunks[4..]));
            if (length < HeaderLength || length > chunks.Length) return false;
            var data = chunks[HeaderLength..length];
            chunks = chunks[length..];
            if (vendor != 0) continue;
            switch (type)
            {
                case 9 when data.Length == 4: seconds = BinaryPrimitives.ReadUInt32BigEndian(data); break;
                case 10 when data.Length == 4: micros = BinaryPrimitives.ReadUInt32BigEndian(data); break;
                case 12 when data.Length == 4: frame.CaptureId = BinaryPrimitives.ReadUInt32BigEndian(data); break;
                case 15: frame.Payload = data; break;
                default: break;
            }
        }
        frame.TimeMicros = seconds * 1_000_000 + micros;
        return true;
    }
}
