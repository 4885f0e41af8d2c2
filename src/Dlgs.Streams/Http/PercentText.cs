using System.Text;

namespace Dlgs.Streams.Http;

/// <summary>Percent-encoded text. Bytes that are not UTF-8 are Latin-1, as in events: a proxy's script encodes what it got.</summary>
internal static class PercentText
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static string Decode(ReadOnlySpan<char> text)
    {
        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        var length = 0;
        while (text.Length > 0)
        {
            if (text is ['%', var high, var low, ..] && char.IsAsciiHexDigit(high) && char.IsAsciiHexDigit(low))
            {
                bytes[length++] = Convert.FromHexString(text.Slice(1, 2))[0];
                text = text[3..];
                continue;
            }
            var next = text.Length > 1 && char.IsHighSurrogate(text[0]) ? 2 : 1;
            length += Encoding.UTF8.GetBytes(text[..next], bytes.AsSpan(length));
            text = text[next..];
        }
        try
        {
            return Strict.GetString(bytes, 0, length);
        }
        catch (DecoderFallbackException)
        {
            return Encoding.Latin1.GetString(bytes, 0, length);
        }
    }
}
