using System.Text;

namespace Dlgs.Streams.Ingest;

/// <summary>The few lexical rules of SIP (RFC 3261 25.1) that header fields share. White space includes folding.</summary>
internal static class SipText
{
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text) => text.Trim(" \t\r\n"u8);

    /// <summary>The next word before white space.</summary>
    public static ReadOnlySpan<byte> TakeWord(scoped ref ReadOnlySpan<byte> text)
    {
        text = text.TrimStart(" \t\r\n"u8);
        var end = text.IndexOfAny(" \t\r\n"u8);
        var word = end < 0 ? text : text[..end];
        text = end < 0 ? default : text[end..].TrimStart(" \t\r\n"u8);
        return word;
    }

    /// <summary>What stands before the next separator outside quotes and angle brackets; takes the separator too.</summary>
    public static ReadOnlySpan<byte> TakeUntil(scoped ref ReadOnlySpan<byte> text, byte separator)
    {
        var end = IndexOutsideQuotes(text, separator);
        var part = end < 0 ? text : text[..end];
        text = end < 0 ? default : text[(end + 1)..];
        return part;
    }

    /// <summary>A quoted string may hold anything, and a backslash in it escapes (RFC 3261 25.1). An unterminated one is none.</summary>
    public static int IndexOutsideQuotes(ReadOnlySpan<byte> text, byte wanted)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == wanted) return i;
            if (text[i] == '"' && EndOfQuoted(text, i) is > 0 and var end) i = end;
            else if (text[i] == '<' && text[i..].IndexOf((byte)'>') is > 0 and var close) i += close;
        }
        return -1;
    }

    private static int EndOfQuoted(ReadOnlySpan<byte> text, int start)
    {
        for (var i = start + 1; i < text.Length; i++)
        {
            if (text[i] == '\\') i++;
            else if (text[i] == '"') return i;
        }
        return -1;
    }

    /// <summary>The value of a parameter in "name=value;name=value"; empty: none. Names in any case, white space around the signs.</summary>
    public static ReadOnlySpan<byte> FindParameter(ReadOnlySpan<byte> parameters, ReadOnlySpan<byte> name)
    {
        while (!parameters.IsEmpty)
        {
            var parameter = TakeUntil(ref parameters, (byte)';');
            var equals = parameter.IndexOf((byte)'=');
            if (equals >= 0 && Ascii.EqualsIgnoreCase(Trim(parameter[..equals]), name)) return Trim(parameter[(equals + 1)..]);
        }
        return default;
    }

    /// <summary>The decimal number at the beginning; false: none, or beyond 32 bits.</summary>
    public static bool TryReadNumber(ReadOnlySpan<byte> text, out uint number, out int length)
    {
        number = 0;
        ulong value = 0;
        for (length = 0; length < text.Length && text[length] is >= (byte)'0' and <= (byte)'9'; length++)
        {
            value = value * 10 + (uint)(text[length] - '0');
            if (value > uint.MaxValue) return false;
        }
        number = (uint)value;
        return length > 0;
    }
}
