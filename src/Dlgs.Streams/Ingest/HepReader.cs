using System.Buffers.Binary;

namespace Dlgs.Streams.Ingest;

/// <summary>
/// Reads HEPv3 frames back to back, as a HEP-over-TCP sender writes them: "HEP3", total length, then chunks of vendor, type, length, data.
/// Holds 128 KiB, whatever the stream's length, and never throws for what is in the stream: after a failure it goes on at the next "HEP3".
/// </summary>
internal sealed class HepReader(Stream stream)
{
    private const int HeaderLength = 6;
    private readonly byte[] buffer = new byte[1 << 17];
    /// <summary>The bytes read and not yet taken: buffer[start..end].</summary>
    private int start;
    private int end;
    /// <summary>Where buffer[0] stands in the stream.</summary>
    private long origin;
    private bool isOver;
    /// <summary>What ended the stream before its time, until it is reported.</summary>
    private HepFailure ending;

    private static ReadOnlySpan<byte> Magic => "HEP3"u8;

    /// <summary>Byte position of what was read last: a frame, or what should have been one. In a compressed recording, of the decompressed bytes.</summary>
    public long Position { get; private set; }

    /// <summary>The next frame, or a failure in its place; false: the end.</summary>
    public bool TryRead(out HepFrame frame, out HepFailure failure)
    {
        frame = default;
        var any = Fill(HeaderLength) || start < end;
        Position = origin + start;
        if (!any)
        {
            (failure, ending) = (ending, HepFailure.None);
            return failure != HepFailure.None;
        }
        failure = ReadFrame(ref frame);
        if (failure == HepFailure.None)
        {
            start += FrameLength;
            return true;
        }
        frame = default;
        SkipToMagic();
        return true;
    }

    private int FrameLength => BinaryPrimitives.ReadUInt16BigEndian(buffer.AsSpan(start + Magic.Length));

    private HepFailure ReadFrame(ref HepFrame frame)
    {
        var got = buffer.AsSpan(start, Math.Min(end - start, Magic.Length));
        if (!got.SequenceEqual(Magic[..got.Length])) return HepFailure.WrongMagic;
        if (end - start < HeaderLength) return HepFailure.Truncated;
        var length = FrameLength;
        if (length < HeaderLength) return HepFailure.BadLength;
        if (!Fill(length)) return HepFailure.Truncated;
        return ReadChunks(buffer.AsSpan(start + HeaderLength, length - HeaderLength), ref frame);
    }

    private static HepFailure ReadChunks(ReadOnlySpan<byte> chunks, ref HepFrame frame)
    {
        long? seconds = null;
        long micros = 0;
        while (!chunks.IsEmpty)
        {
            if (chunks.Length < HeaderLength) return HepFailure.BadLength;
            var (vendor, type, length) = (BinaryPrimitives.ReadUInt16BigEndian(chunks), BinaryPrimitives.ReadUInt16BigEndian(chunks[2..]), BinaryPrimitives.ReadUInt16BigEndian(chunks[4..]));
            // A frame too long by a wrong length would take the next one for a vendor's chunk: it has the same form.
            if (length < HeaderLength || length > chunks.Length || chunks.StartsWith(Magic)) return HepFailure.BadLength;
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
        if (seconds is not { } s || s == 0) return HepFailure.NoTime;
        frame.TimeMicros = s * 1_000_000 + micros;
        return HepFailure.None;
    }

    /// <summary>Behind a failure nothing can be trusted until a frame begins: a length may be what is wrong.</summary>
    private void SkipToMagic()
    {
        for (start++; ; start = end - Magic.Length + 1)
        {
            var more = Fill(buffer.Length);
            var next = buffer.AsSpan(start, end - start).IndexOf(Magic);
            if (next < 0 && more) continue;
            start = next < 0 ? end : start + next;
            return;
        }
    }

    /// <summary>Reads until so many bytes are there to take; false: the stream has no more.</summary>
    private bool Fill(int count)
    {
        if (end - start >= count) return true;
        buffer.AsSpan(start, end - start).CopyTo(buffer);
        (origin, end, start) = (origin + start, end - start, 0);
        try
        {
            while (end < count && !isOver)
            {
                var got = stream.Read(buffer, end, buffer.Length - end);
                isOver = got == 0;
                end += got;
            }
        }
        catch (InvalidDataException)
        {
            (isOver, ending) = (true, HepFailure.BrokenGzip);
        }
        return end >= count;
    }
}
