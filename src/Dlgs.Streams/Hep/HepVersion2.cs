using System.Buffers.Binary;

namespace Dlgs.Streams.Hep;

/// <summary>
/// How long the message at the beginning is; false: there is none, or it does not say. A port, because frames know nothing of what they carry.
/// </summary>
/// <param name="text">What begins with it.</param>
/// <param name="header">How much of the text stands before its body; 0: there is no message.</param>
/// <param name="length">How long all of it is.</param>
internal delegate bool FindMessageLength(ReadOnlySpan<byte> text, out int header, out int length);

/// <summary>
/// Frames of HEP version 2, which FreeSWITCH, OpenSIPS and captagent can send: version, header length, address family, IP protocol, two
/// ports, two addresses, then seconds, microseconds and capture id in the sender's byte order, two bytes of padding, and the message.
/// Nothing says how long that is: a frame was a datagram. In a recording it ends where the next frame begins.
/// </summary>
internal static class HepVersion2
{
    private const int TimeLength = 12;
    private const int MaxPayload = 65_507;

    /// <summary>Bytes that have to be there to find the end of a frame.</summary>
    public const int Window = 8 + 2 * 16 + TimeLength + MaxPayload + HepStart.Length;

    private const uint Year2000 = 946_684_800;

    public static int HeaderLength(ReadOnlySpan<byte> frame) => (frame[2] == 2 ? 8 + 2 * 4 : 8 + 2 * 16) + TimeLength;

    public static void Read(ReadOnlySpan<byte> header, scoped ref HepFrame frame)
    {
        var time = header[^TimeLength..];
        var little = new Clock(
            BinaryPrimitives.ReadUInt32LittleEndian(time), BinaryPrimitives.ReadUInt32LittleEndian(time[4..]),
            BinaryPrimitives.ReadUInt16LittleEndian(time[8..]));
        var big = new Clock(
            BinaryPrimitives.ReadUInt32BigEndian(time), BinaryPrimitives.ReadUInt32BigEndian(time[4..]), BinaryPrimitives.ReadUInt16BigEndian(time[8..]));
        // Nearly every sender is little-endian. Of another the microseconds, read so, are as a rule beyond a second.
        var clock = little.IsPlausible || !big.IsPlausible ? little : big;
        (frame.ProtocolType, frame.Transport, frame.CaptureId) = (HepFrame.Sip, header[3], clock.CaptureId);
        frame.Source.Port = BinaryPrimitives.ReadUInt16BigEndian(header[4..]);
        frame.Destination.Port = BinaryPrimitives.ReadUInt16BigEndian(header[6..]);
        var addresses = header[8..^TimeLength];
        frame.Source.SetAddress(addresses[..(addresses.Length / 2)]);
        frame.Destination.SetAddress(addresses[(addresses.Length / 2)..]);
        frame.TimeMicros = clock.Seconds == 0 ? 0 : clock.Seconds * 1_000_000L + HepVersion3.Micros(clock.Fraction);
    }

    /// <summary>The length of the payload at the beginning of the bytes; -1: no frame follows within a datagram's length.</summary>
    public static int PayloadLength(ReadOnlySpan<byte> bytes, bool isEnd, FindMessageLength findMessageLength)
    {
        var next = HepStart.IndexIn(bytes);
        // The body may hold what looks like a frame; then the message itself knows better.
        if (next > 0 && findMessageLength(bytes[..next], out _, out var length) && length > next && length <= MaxPayload
            && (length == bytes.Length ? isEnd : length < bytes.Length && HepStart.VersionAt(bytes[length..]) != 0)) return length;
        if (next < 0 && isEnd) next = bytes.Length;
        return next <= MaxPayload ? next : -1;
    }

    /// <summary>
    /// The same, of bytes that come as they are sent: what a caller wrote into a message must not become a frame. None begins in a header, nor in a body
    /// that ends where a frame begins, or where the bytes do. -1: it does not end in these.
    /// </summary>
    public static int LivePayloadLength(ReadOnlySpan<byte> bytes, bool isEnd, FindMessageLength findMessageLength)
    {
        // What keeps a connection alive has no line end: the line that begins with it would be the start line of the message behind it.
        var lineEnd = bytes.IndexOf((byte)'\n');
        var firstLine = lineEnd < 0 ? bytes : bytes[..Math.Min(bytes.Length, lineEnd + HepStart.Length - 1)];
        if (HepStart.IndexIn(firstLine) is >= 0 and var early) return early;
        if (findMessageLength(bytes, out var header, out var length) && length <= MaxPayload)
        {
            if (length == bytes.Length) return length;
            // More has to come.
            if (!isEnd && bytes.Length - length < HepStart.Length) return -1;
            if (length < bytes.Length && HepStart.VersionAt(bytes[length..]) != 0) return length;
        }
        var next = HepStart.IndexIn(bytes[header..]) is >= 0 and var behind ? header + behind : isEnd ? bytes.Length : -1;
        return next <= MaxPayload ? next : -1;
    }

    private readonly record struct Clock(uint Seconds, uint Fraction, ushort CaptureId)
    {
        public bool IsPlausible => Seconds >= Year2000 && Fraction < 1_000_000;
    }
}
