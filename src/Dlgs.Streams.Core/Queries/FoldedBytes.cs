using System.Globalization;
using System.Text;

namespace Dlgs.Streams.Core.Queries;

/// <summary>
/// Bytes as the characters in which values and translated patterns meet: letters in upper case (as glibc folds both with REG_ICASE), and
/// bytes from 0x80 on where Unicode has no letters, because the C locale has none there either.
/// </summary>
internal static class FoldedBytes
{
    private const int PrivateUse = 0xE000;

    public static byte ToUpper(byte value) => char.IsAsciiLetterLower((char)value) ? (byte)(value - 'a' + 'A') : value;

    public static void Fold(ReadOnlySpan<byte> value, Span<char> folded)
    {
        for (var i = 0; i < value.Length; i++) folded[i] = ToChar(ToUpper(value[i]));
    }

    /// <summary>Writes a set of folded bytes as a character class, escaped throughout.</summary>
    public static void AppendClass(this StringBuilder output, ByteSet set)
    {
        var start = output.Append('[').Length;
        for (var first = 0; first < 256; first++)
        {
            if (!set.Contains((byte)first)) continue;
            var last = first;
            // No range goes across 0x80: what is above is folded elsewhere.
            while (last + 1 is not 0x80 and < 256 && set.Contains((byte)(last + 1))) last++;
            output.Append(CultureInfo.InvariantCulture, $@"\u{(int)ToChar((byte)first):X4}-\u{(int)ToChar((byte)last):X4}");
            first = last;
        }
        if (output.Length == start) output.Append(@"^\u0000-\uFFFF");
        output.Append(']');
    }

    private static char ToChar(byte value) => (char)(value < 0x80 ? value : PrivateUse + value);
}
