using System.Text.Unicode;

namespace Dlgs.Streams.Sip;

/// <summary>
/// What is not UTF-8 is read as Latin-1, where every byte is a character: a phone that writes 'ö' as one byte is no reason not to count its
/// call. What goes on must be UTF-8, because changes carry protobuf strings.
/// </summary>
internal sealed class Latin1Text
{
    private byte[] bytes = [];

    /// <summary>The text with every line that is not UTF-8 read as Latin-1; valid until the next call.</summary>
    public ReadOnlySpan<byte> OfLines(ReadOnlySpan<byte> text)
    {
        if (bytes.Length < text.Length * 2) bytes = new byte[text.Length * 2];
        var length = 0;
        while (!text.IsEmpty)
        {
            var line = text[..(text.IndexOf((byte)'\n') is >= 0 and var end ? end + 1 : text.Length)];
            length += Write(line, bytes.AsSpan(length));
            text = text[line.Length..];
        }
        return bytes.AsSpan(0, length);
    }

    /// <summary>Writes a text as UTF-8, where there is room for twice its bytes; returns how many bytes that took.</summary>
    public static int Write(ReadOnlySpan<byte> text, Span<byte> utf8)
    {
        if (Utf8.IsValid(text))
        {
            text.CopyTo(utf8);
            return text.Length;
        }
        var length = 0;
        foreach (var character in text)
        {
            if (character < 0x80)
            {
                utf8[length++] = character;
                continue;
            }
            utf8[length++] = (byte)(0xc0 | character >> 6);
            utf8[length++] = (byte)(0x80 | character & 0x3f);
        }
        return length;
    }
}
