using System.Text;

namespace Dlgs.Streams.Sip;

/// <summary>A piece of a byte stream (TCP) with SIP messages one behind the other, each as long as its Content-Length says (RFC 3261 18.3).</summary>
internal static class SipStream
{
    /// <summary>
    /// Takes what stands first: a message, or what belongs to none, up to where one begins. A message without Content-Length, or with one that
    /// reaches beyond the piece, takes the rest.
    /// </summary>
    public static ReadOnlySpan<byte> Take(scoped ref ReadOnlySpan<byte> stream)
    {
        var length = !IsStartLine(FirstLine(stream)) ? LengthOfLeftOver(stream)
            : TryFindLength(stream, out var told) ? Math.Min(told, stream.Length)
            : stream.Length;
        var part = stream[..length];
        // RFC 3261 7.5, RFC 5626 3.5.1: empty lines between messages, which keep a connection alive, are nothing.
        stream = stream[length..].TrimStart("\r\n"u8);
        return part;
    }

    /// <summary>How long the message at the beginning is; false: there is none, its header does not end, or it does not say.</summary>
    public static bool TryFindLength(ReadOnlySpan<byte> text, out int length)
    {
        length = 0;
        var line = FirstLine(text);
        if (!IsStartLine(line)) return false;
        var fields = new SipFields(text[line.Length..]);
        uint? content = null;
        while (fields.MoveNext())
            if (fields.Header == SipHeader.ContentLength && content is null && SipText.TryReadNumber(fields.Value, out var number, out _)) content = number;
        if (fields.IsCut || content is not { } told) return false;
        length = (int)Math.Min(text.Length - fields.Body.Length + (long)told, int.MaxValue);
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

    /// <summary>The first line with its end; all, where there is no line end.</summary>
    private static ReadOnlySpan<byte> FirstLine(ReadOnlySpan<byte> text) => text[..(text.IndexOf((byte)'\n') is >= 0 and var end ? end + 1 : text.Length)];
}
