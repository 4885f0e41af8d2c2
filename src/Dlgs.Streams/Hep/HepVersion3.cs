using System.Buffers.Binary;

namespace Dlgs.Streams.Hep;

/// <summary>Frames of HEP version 3: "HEP3", total length, then chunks of vendor, type, length, data. Numbers are big-endian.</summary>
internal static class HepVersion3
{
    public const int HeaderLength = 6;

    /// <summary>Senders write some fifteen. The bound keeps the work linear in a stream that is nothing but frames in frames.</summary>
    private const int MaxChunks = 64;

    public static int FrameLength(ReadOnlySpan<byte> frame) => BinaryPrimitives.ReadUInt16BigEndian(frame[4..]);

    /// <summary>Reads the frame that begins here.</summary>
    /// <param name="bytes">What there is of it, and what follows.</param>
    /// <param name="isOver">No more comes.</param>
    /// <param name="frame">The frame, if all of it is there.</param>
    /// <param name="length">How long it is: beyond the bytes, if more has to come.</param>
    public static HepFailure ReadFrame(ReadOnlySpan<byte> bytes, bool isOver, scoped ref HepFrame frame, out int length)
    {
        length = 0;
        if (bytes.Length < HeaderLength) return HepFailure.Truncated;
        length = FrameLength(bytes);
        if (length < HeaderLength) return HepFailure.BadLength;
        if (bytes.Length < length) return isOver ? HepFailure.Truncated : HepFailure.None;
        return Read(bytes[HeaderLength..length], ref frame);
    }

    public static HepFailure Read(ReadOnlySpan<byte> chunks, scoped ref HepFrame frame)
    {
        (long seconds, long fraction, frame.ProtocolType) = (0, 0, HepFrame.Sip);
        for (var count = 0; !chunks.IsEmpty; count++)
        {
            if (count == MaxChunks) return HepFailure.TooManyChunks;
            if (chunks.Length < HeaderLength) return HepFailure.BadLength;
            var (vendor, type, length) = (Number(chunks), Number(chunks[2..]), Number(chunks[4..]));
            // A frame too long by a wrong length would take the next one for a vendor's chunk: it has the same form.
            if (length < HeaderLength || length > chunks.Length || chunks.StartsWith(HepStart.Magic)) return HepFailure.BadLength;
            var data = chunks[HeaderLength..length];
            chunks = chunks[length..];
            if (vendor != 0) continue;
            switch (type)
            {
                case 2 when data.Length == 1: frame.Transport = data[0]; break;
                case 3 or 5: frame.Source.SetAddress(data); break;
                case 4 or 6: frame.Destination.SetAddress(data); break;
                case 7 when data.Length == 2: frame.Source.Port = (ushort)Number(data); break;
                case 8 when data.Length == 2: frame.Destination.Port = (ushort)Number(data); break;
                case 9 when data.Length == 4: seconds = BinaryPrimitives.ReadUInt32BigEndian(data); break;
                case 10 when data.Length == 4: fraction = BinaryPrimitives.ReadUInt32BigEndian(data); break;
                case 11 when data.Length == 1: frame.ProtocolType = data[0]; break;
                case 12 when data.Length == 4: frame.CaptureId = BinaryPrimitives.ReadUInt32BigEndian(data); break;
                case 14: frame.AuthenticateKey = data; break;
                case 15 or 16: frame.Payload = data; frame.IsCompressed = type == 16; break;
                default: break;
            }
        }
        frame.TimeMicros = seconds == 0 ? 0 : seconds * 1_000_000 + Micros(fraction);
        return HepFailure.None;
    }

    /// <summary>The fraction of a second is in microseconds; what cannot be, some senders mean as nanoseconds.</summary>
    public static long Micros(long fraction) => fraction < 1_000_000 ? fraction : fraction / 1000;

    private static int Number(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt16BigEndian(bytes);
}
