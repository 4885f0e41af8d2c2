namespace Dlgs.Streams.Core.Queries.Patterns;

/// <summary>
/// The character classes of bracket expressions ([[:digit:]]), as the C locale has them. It is the locale of every Kamailio: nothing in it
/// calls setlocale. So patterns there see bytes, and a byte from 0x80 on is in no class.
/// </summary>
internal static class PosixClasses
{
    public static bool TryFind(ReadOnlySpan<byte> name, out ByteSet members)
    {
        members = default;
        for (byte value = 0; value < 128; value++)
        {
            if (IsMember(name, (char)value) is not { } isMember) return false;
            if (isMember) members.Add(value);
        }
        return true;
    }

    public static ByteSet Find(ReadOnlySpan<byte> name) => TryFind(name, out var members) ? members : default;

    public static byte ToUpper(byte value) => char.IsAsciiLetterLower((char)value) ? (byte)(value - 'a' + 'A') : value;

    /// <summary>Null: there is no such class.</summary>
    private static bool? IsMember(ReadOnlySpan<byte> name, char c) =>
        name.SequenceEqual("alpha"u8) ? char.IsAsciiLetter(c)
        : name.SequenceEqual("digit"u8) ? char.IsAsciiDigit(c)
        : name.SequenceEqual("alnum"u8) ? char.IsAsciiLetterOrDigit(c)
        : name.SequenceEqual("upper"u8) ? char.IsAsciiLetterUpper(c)
        : name.SequenceEqual("lower"u8) ? char.IsAsciiLetterLower(c)
        : name.SequenceEqual("xdigit"u8) ? char.IsAsciiHexDigit(c)
        : name.SequenceEqual("space"u8) ? c is ' ' or (>= '\t' and <= '\r')
        : name.SequenceEqual("blank"u8) ? c is ' ' or '\t'
        : name.SequenceEqual("cntrl"u8) ? c is < ' ' or '\x7f'
        : name.SequenceEqual("print"u8) ? c is >= ' ' and < '\x7f'
        : name.SequenceEqual("graph"u8) ? c is > ' ' and < '\x7f'
        : name.SequenceEqual("punct"u8) ? c is > ' ' and < '\x7f' && !char.IsAsciiLetterOrDigit(c)
        : null;
}
