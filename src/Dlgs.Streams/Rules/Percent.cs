using System.Text.Unicode;

namespace Dlgs.Streams.Rules;

/// <summary>Percent-encoding in URIs (RFC 3986 2.1).</summary>
internal static class Percent
{
    /// <summary>The next byte, decoded; an escape that is none is the sign itself.</summary>
    public static byte Take(scoped ref ReadOnlySpan<byte> text)
    {
        var isEscape = TryDecode(text, out var value);
        var taken = isEscape ? value : text[0];
        text = text[(isEscape ? 3 : 1)..];
        return taken;
    }

    /// <summary>
    /// Decodes a text where there is room for it; returns its length. Control characters, '@' and '%' stay escaped: decoded they would make
    /// another address of it. And all of it does, where it would be no UTF-8.
    /// </summary>
    public static int Decode(ReadOnlySpan<byte> text, Span<byte> decoded)
    {
        var length = 0;
        for (var rest = text; !rest.IsEmpty;)
        {
            if (TryDecode(rest, out var value) && value is >= 0x20 and not (0x7f or (byte)'@' or (byte)'%'))
            {
                decoded[length++] = value;
                rest = rest[3..];
                continue;
            }
            decoded[length++] = rest[0];
            rest = rest[1..];
        }
        if (length == text.Length || Utf8.IsValid(decoded[..length])) return length;
        text.CopyTo(decoded);
        return text.Length;
    }

    private static bool TryDecode(ReadOnlySpan<byte> text, out byte value)
    {
        value = 0;
        if (text.Length < 3 || text[0] != '%') return false;
        var (high, low) = (Hex(text[1]), Hex(text[2]));
        value = (byte)(high << 4 | low);
        return (high | low) >= 0;
    }

    private static int Hex(byte digit) => digit switch
    {
        >= (byte)'0' and <= (byte)'9' => digit - '0',
        >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => digit - 'A' + 10,
        _ => -1,
    };
}
