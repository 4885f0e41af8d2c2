using System.Globalization;
using System.Text;

namespace Dlgs.Streams.Logging;

/// <summary>
/// Text as it may be shown: whoever sends SIP chooses what it says, and must neither steer a terminal, nor end a line of a log, nor turn or
/// hide what stands beside it. Control and format characters, line ends and halves of characters are written as in JSON, \u001b, so a
/// line of JSON stays what it is.
/// </summary>
internal static class PlainText
{
    public static string Of(string text)
    {
        var start = FindEscaped(text, 0);
        if (start < 0) return text;
        var plain = new StringBuilder(text.Length + 16);
        for (var copied = 0; ; start = FindEscaped(text, copied))
        {
            plain.Append(text, copied, (start < 0 ? text.Length : start) - copied);
            if (start < 0) return plain.ToString();
            copied = start + LengthAt(text, start);
            for (var i = start; i < copied; i++) plain.Append(CultureInfo.InvariantCulture, $@"\u{(int)text[i]:x4}");
        }
    }

    private static int FindEscaped(string text, int from)
    {
        for (var i = from; i < text.Length; i += LengthAt(text, i))
            if (IsEscaped(text, i)) return i;
        return -1;
    }

    private static int LengthAt(string text, int i) => i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]) ? 2 : 1;

    /// <summary>By the category of the whole character; one that stands alone of a pair is a surrogate by category.</summary>
    private static bool IsEscaped(string text, int i) =>
        text[i] is < ' ' or > '~' && (IsInvisible(text[i]) || CharUnicodeInfo.GetUnicodeCategory(text, i)
            is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate);

    /// <summary>Letters and marks by category, and nothing to be seen: fillers, variation selectors, the grapheme joiner.</summary>
    private static bool IsInvisible(char c) =>
        c is '\u034f' or '\u115f' or '\u1160' or '\u17b4' or '\u17b5' or (>= '\u180b' and <= '\u180f') or '\u3164' or '\uffa0' or (>= '\ufe00' and <= '\ufe0f');
}
