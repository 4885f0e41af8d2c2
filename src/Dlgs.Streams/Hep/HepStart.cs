using System.Buffers;
using System.Buffers.Binary;

namespace Dlgs.Streams.Hep;

/// <summary>
/// How frames begin. Version 3: "HEP3", a length, and a chunk, whose vendor is a small number. Versions 1 and 2: version, length of the
/// header, address family (that of Linux, FreeBSD or macOS), IP protocol (or what Kamailio writes for TLS and WebSocket). No SIP text looks
/// like one.
/// </summary>
internal static class HepStart
{
    /// <summary>Bytes that tell a version.</summary>
    public const int Length = 7;

    private const byte IPv4 = 2;

    private static readonly SearchValues<byte> FirstBytes = SearchValues.Create(1, 2, (byte)'H');

    public static ReadOnlySpan<byte> Magic => "HEP3"u8;

    /// <summary>The version of the frame that begins here; 0: none does, or too few bytes are there to tell.</summary>
    public static int VersionAt(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Length) return 0;
        if (bytes.StartsWith(Magic)) return bytes[6] == 0 ? 3 : 0;
        var (version, header, family) = (bytes[0], bytes[1], bytes[2]);
        // Whether a version 2 header counts the time in its length is a matter of the sender: OpenSIPS and captagent do not.
        var fits = family switch
        {
            IPv4 => header is 16 or 28,
            10 or 28 or 30 => header is 40 or 52,
            _ => false,
        };
        return fits && version is 1 or 2 && bytes[3] is 0 or 6 or 17 or 22 or 50 or 51 or 132 ? version : 0;
    }

    /// <summary>Where the first frame in the bytes begins; -1: nowhere.</summary>
    public static int IndexIn(ReadOnlySpan<byte> bytes)
    {
        for (var at = 0; ; at++)
        {
            var next = bytes[at..].IndexOfAny(FirstBytes);
            if (next < 0) return -1;
            at += next;
            if (VersionAt(bytes[at..]) != 0) return at;
        }
    }

    /// <summary>The formats that people take for a recording: pcap in either byte order, with micro- or nanoseconds, and pcapng.</summary>
    public static bool IsPacketCapture(ReadOnlySpan<byte> bytes) =>
        BinaryPrimitives.TryReadUInt32BigEndian(bytes, out var magic) && magic is 0xa1b2c3d4 or 0xd4c3b2a1 or 0xa1b23c4d or 0x4d3cb2a1 or 0x0a0d0d0a;
}
