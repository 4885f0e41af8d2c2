using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Dlgs.Streams.Settings;

/// <summary>
/// IP addresses that begin with the same bits: 192.0.2.0/24, 2001:db8::/32, or one address. An IPv4 address is the one that it is mapped to in
/// IPv6.
/// </summary>
internal sealed class AddressRange
{
    private const int Bits = 128;
    private const int BitsBeforeIPv4 = 96;

    private readonly UInt128 first;
    private readonly UInt128 mask;

    private AddressRange(UInt128 first, UInt128 mask) => (this.first, this.mask) = (first, mask);

    /// <summary>Null: refused, and the failure says why.</summary>
    public static AddressRange? Parse(string text, out string? failure)
    {
        failure = $"'{text}' is no IP address and no range of them, as 192.0.2.0/24 or 2001:db8::/32.";
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var start = slash < 0 ? text : text[..slash];
        // To .NET 10.1 is an address, and 010.0.0.1 one in octal.
        if (!IPAddress.TryParse(start, out var address) || address.AddressFamily == AddressFamily.InterNetwork && address.ToString() != start) return null;
        var before = address.AddressFamily == AddressFamily.InterNetwork ? BitsBeforeIPv4 : 0;
        var bits = Bits - before;
        if (slash >= 0 && !int.TryParse(text[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out bits) || bits > Bits - before) return null;
        var mask = before + bits == 0 ? UInt128.Zero : UInt128.MaxValue << Bits - before - bits;
        var range = new AddressRange(Number(address) & mask, mask);
        failure = range.first == Number(address) ? null : $"'{text}' begins inside its range: {Text(range.first)}/{bits} is the range.";
        return failure is null ? range : null;
    }

    public bool Contains(UInt128 address) => (address & mask) == first;

    /// <summary>An address as a number, in the network's order of bytes.</summary>
    public static UInt128 Number(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        return Number(bytes[..length]);
    }

    /// <summary>The same of its 4 bytes or 16.</summary>
    public static UInt128 Number(ReadOnlySpan<byte> address) => address.Length == 4
        ? new UInt128(0, 0xffff_0000_0000UL | BinaryPrimitives.ReadUInt32BigEndian(address))
        : BinaryPrimitives.ReadUInt128BigEndian(address);

    /// <summary>An address as people write it.</summary>
    public static string Text(UInt128 address)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, address);
        var written = new IPAddress(bytes);
        return (written.IsIPv4MappedToIPv6 ? written.MapToIPv4() : written).ToString();
    }
}
