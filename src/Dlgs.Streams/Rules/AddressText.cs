using System.Buffers.Binary;

namespace Dlgs.Streams.Rules;

/// <summary>IP addresses as texts (RFC 5952), which .NET does not write without allocating.</summary>
internal static class AddressText
{
    private const int Groups = 8;

    /// <summary>An IPv4 address in an IPv6 one is that.</summary>
    public static ReadOnlySpan<byte> Unmap(ReadOnlySpan<byte> address) =>
        address.Length == 16 && IsMapped(address) ? address[12..] : address;

    /// <summary>False: it is none.</summary>
    public static bool TryWrite(ReadOnlySpan<byte> address, scoped ref AttributeText text)
    {
        address = Unmap(address);
        if (address.Length == 4) WriteIPv4(address, ref text);
        else if (address.Length == 16) WriteIPv6(address, ref text);
        else return false;
        return true;
    }

    private static bool IsMapped(ReadOnlySpan<byte> address) =>
        BinaryPrimitives.ReadUInt64BigEndian(address) == 0 && BinaryPrimitives.ReadUInt32BigEndian(address[8..]) == 0xffff;

    private static void WriteIPv4(ReadOnlySpan<byte> address, scoped ref AttributeText text)
    {
        for (var i = 0; i < 4; i++)
        {
            if (i > 0) text.PutUtf8("."u8);
            text.Put(address[i]);
        }
    }

    private static void WriteIPv6(ReadOnlySpan<byte> address, scoped ref AttributeText text)
    {
        var (zeros, count) = LongestZeros(address);
        for (var i = 0; i < Groups; i++)
        {
            if (i == zeros)
            {
                text.PutUtf8("::"u8);
                i += count - 1;
                continue;
            }
            if (i > 0 && i != zeros + count) text.PutUtf8(":"u8);
            WriteHex(Group(address, i), ref text);
        }
    }

    /// <summary>The first of the longest runs of groups of zero, of two at least (RFC 5952 4.2).</summary>
    private static (int Start, int Count) LongestZeros(ReadOnlySpan<byte> address)
    {
        var (start, most) = (-Groups, 1);
        for (var (i, count) = (0, 0); i < Groups; i++)
        {
            count = Group(address, i) == 0 ? count + 1 : 0;
            if (count > most) (start, most) = (i - count + 1, count);
        }
        return (start, most);
    }

    private static void WriteHex(int group, scoped ref AttributeText text)
    {
        var digits = group > 0xfff ? 4 : group > 0xff ? 3 : group > 0xf ? 2 : 1;
        for (var i = digits - 1; i >= 0; i--) text.PutUtf8("0123456789abcdef"u8.Slice(group >> 4 * i & 0xf, 1));
    }

    private static int Group(ReadOnlySpan<byte> address, int group) => BinaryPrimitives.ReadUInt16BigEndian(address[(2 * group)..]);
}
