using System.Text;

namespace Dlgs.Streams.Sip;

/// <summary>A piece of a byte stream (TCP) with SIP messages one behind the other, each as long as its Content-Length says (RFC 3261 18.3).</summary>
internal static class SipStream
{
    /// <summary>
    /// Takes what stands first: a message, or what belongs to none, up to where one begins. A message without Content-Length, or with one that
    /// reaches beyond the piece, takes the rest.
    /// </summary>
    public static ReadOnlySpan<byte> Take(scoped ref ReadOnlySpan<byte> stream) => Take(ref stream, out _);

    /// <summary>The same, and how many bytes of the message's body are missing, by what it says itself: they come with the next piece.</summary>
    public static ReadOnlySpan<byte> Take(scoped ref ReadOnlySpan<byte> stream, out int missing)
    {
        var length = !IsStartLine(FirstLine(stream)) ? LengthOfLeftOver(stream)
            : TryFindLength(stream, out _, out var told) ? told
            : stream.Length;
        missing = Math.Max(0, length - stream.Length);
        length -= missing;
        var part = stream[..length];
        // RFC 3261 7.5, RFC 5626 3.5.1: empty lines between messages, which keep a connection alive, are nothing.
        stream = stream[length..].TrimStart("\r\n"u8);
        return part;
    }

    /// <summary>The bytes end inside a start line, or inside the header behind one: what the message says is in the next piece.</summary>
    public static bool EndsInHeader(ReadOnlySpan<byte> text)
    {
        var line = FirstLine(text);
        return line.EndsWith((byte)'\n') ? IsStartLine(line) && !HasHeaderEnd(text) : CouldBeStartLine(line);
    }

    /// <summary>An empty line ends a header.</summary>
    public static bool HasHeaderEnd(ReadOnlySpan<byte> text)
    {
        // No further than to it: a piece may have many messages.
        for (var end = text.IndexOf((byte)'\n'); end >= 0; end = text.IndexOf((byte)'\n'))
        {
            text = text[(end + 1)..];
            if (text.StartsWith((byte)'\n') || text.StartsWith("\r\n"u8)) return true;
        }
        return false;
    }

    /// <summary>A message begins here, as far as its first line tells. A part of a header field may end as a start line does.</summary>
    public static bool BeginsMessage(ReadOnlySpan<byte> text)
    {
        var line = FirstLine(text);
        return line.EndsWith((byte)'\n') && IsStartLine(line) && !SipText.TakeWord(ref line).Contains((byte)':');
    }

    /// <summary>How long the message at the beginning is; false: there is none, its header does not end, or it does not say.</summary>
    /// <param name="text">What begins with it.</param>
    /// <param name="header">How long its start line and header are; 0: there is no message. All of the text: they do not end in it.</param>
    /// <param name="length">How long all of it is.</param>
    public static bool TryFindLength(ReadOnlySpan<byte> text, out int header, out int length)
    {
        header = length = 0;
        var line = FirstLine(text);
        if (!IsStartLine(line)) return false;
        var fields = new SipFields(text[line.Length..]);
        uint? content = null;
        while (fields.MoveNext())
            if (fields.Header == SipHeader.ContentLength && content is null && SipText.TryReadNumber(fields.Value, out var number, out _)) content = number;
        header = fields.HasEnd ? text.Length - fields.Body.Length : text.Length;
        if (!fields.HasEnd || content is not { } told) return false;
        length = (int)Math.Min(header + (long)told, int.MaxValue);
        return true;
    }

    private static int LengthOfLeftOver(ReadOnlySpan<byte> stream)
    {
        var length = 0;
        do length += FirstLine(stream[length..]).Length;
        while (length < stream.Length && !IsStartLine(FirstLine(stream[length..])));
        return length;
    }

    private static bool IsStartLine(ReadOnlySpan<byte> line)
    {
        line = SipText.Trim(line);
        return line.Length > 8 && (Ascii.EqualsIgnoreCase(line[..8], "SIP/2.0 "u8) || Ascii.EqualsIgnoreCase(line[^8..], " SIP/2.0"u8));
    }

    /// <summary>It begins with a start line and a header that says of which call it is.</summary>
    public static bool IsMessage(ReadOnlySpan<byte> text)
    {
        var line = FirstLine(text);
        if (!IsStartLine(line)) return false;
        var fields = new SipFields(text[line.Length..]);
        while (fields.MoveNext())
            if (fields.Header == SipHeader.CallId) return true;
        return false;
    }

    /// <summary>Of a line without its end, or with half of it: text, as a method or a version begins.</summary>
    private static bool CouldBeStartLine(ReadOnlySpan<byte> line) =>
        !line.IsEmpty && char.IsAsciiLetter((char)line[0]) && !line.TrimEnd((byte)'\r').ContainsAnyExceptInRange((byte)' ', (byte)'~');

    /// <summary>The first line with its end; all, where there is no line end.</summary>
    private static ReadOnlySpan<byte> FirstLine(ReadOnlySpan<byte> text) => text[..(text.IndexOf((byte)'\n') is >= 0 and var end ? end + 1 : text.Length)];
}
