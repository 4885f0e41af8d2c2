using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Dlgs.Streams.Rules;

/// <summary>IP addresses that begin with the same bits: 192.0.2.0/24, 2001:db8::/32, or one address.</summary>
internal sealed class AddressRange
{
    private readonly byte[] first;
    private readonly int bits;

    private AddressRange(byte[] first, int bits) => (this.first, this.bits) = (first, bits);

    /// <summary>Null: refused, and the failure says why.</summary>
    public static AddressRange? Parse(string text, out string? failure)
    {
        failure = $"'{text}' is no IP address and no range of them, as 192.0.2.0/24 or 2001:db8::/32.";
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var start = slash < 0 ? text : text[..slash];
        // To .NET 10.1 is an address, and 010.0.0.1 one in octal.
        if (!IPAddress.TryParse(start, out var address) || address.AddressFamily == AddressFamily.InterNetwork && address.ToString() != start) return null;
        var bytes = AddressText.Unmap(address.GetAddressBytes()).ToArray();
        var bits = bytes.Length * 8;
        if (slash >= 0 && !int.TryParse(text[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out bits)) return null;
        if (bits > bytes.Length * 8) return null;
        var range = new AddressRange(Mask(bytes, bits), bits);
        failure = range.first.AsSpan().SequenceEqual(bytes) ? null : $"'{text}' begins inside its range: {new IPAddress(range.first)}/{bits} is the range.";
        return failure is null ? range : null;
    }

    /// <summary>An address of 4 or 16 bytes.</summary>
    public bool Contains(ReadOnlySpan<byte> address)
    {
        address = AddressText.Unmap(address);
        var (whole, rest) = (bits / 8, bits % 8);
        return address.Length == first.Length && address[..whole].SequenceEqual(first.AsSpan(0, whole))
            && (rest == 0 || (address[whole] ^ first[whole]) >> (8 - rest) == 0);
    }

    private static byte[] Mask(byte[] address, int bits) =>
        [.. address.Select((value, i) => (byte)(value & (bits >= 8 * i + 8 ? 0xff : bits <= 8 * i ? 0 : 0xff00 >> bits % 8)))];
}
