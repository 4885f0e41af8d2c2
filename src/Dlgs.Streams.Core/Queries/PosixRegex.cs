using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Dlgs.Streams.Core.Queries;

/// <summary>
/// POSIX extended regular expressions (IEEE Std 1003.1 9.4) as dlgs compiles them, REG_EXTENDED | REG_ICASE | REG_NEWLINE, for .NET's
/// non-backtracking engine: no pattern is slow. Whatever means something in .NET only is taken by its POSIX meaning.
/// </summary>
internal static class PosixRegex
{
    /// <summary>Largest repetition in {n,m}: RE_DUP_MAX.</summary>
    private const int MaxRepetition = 255;

    public static bool TryTranslate(string pattern, [NotNullWhen(true)] out Regex? regex, [NotNullWhen(false)] out string? error)
    {
        regex = null;
        var translated = new StringBuilder();
        error = Translate(pattern, translated);
        if (error is not null) return false;
        try
        {
            regex = new Regex(translated.ToString(), RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.Multiline);
            return true;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            error = "value: not a POSIX extended regular expression, or one that takes too much: " + e.Message;
            return false;
        }
    }

    private static string? Translate(string pattern, StringBuilder output)
    {
        var (groups, canRepeat) = (0, false);
        for (var i = 0; i < pattern.Length; i++)
        {
            var c = pattern[i];
            switch (c)
            {
                case '\\':
                    if (++i == pattern.Length) return "value: a backslash at the end escapes nothing.";
                    output.Append(Escape(pattern[i]));
                    canRepeat = true;
                    break;
                case '[':
                    if (TranslateBracket(pattern, ref i, output) is { } error) return error;
                    canRepeat = true;
                    break;
                case '*' or '+' or '?':
                    // POSIX leaves it open; glibc refuses it (REG_BADRPT), and so dlgs did.
                    if (!canRepeat) return $"value: '{c}' repeats nothing.";
                    Repeat(output, c.ToString());
                    break;
                case '{':
                    if (!canRepeat || ReadInterval(pattern, ref i) is not { } interval) return $"value: an interval is {{n}}, {{n,}} or {{n,m}} up to {MaxRepetition}.";
                    Repeat(output, interval);
                    break;
                case '.':
                    output.Append("[^\\n]");
                    canRepeat = true;
                    break;
                case '(':
                    groups++;
                    output.Append("(?:");
                    canRepeat = false;
                    break;
                case ')' when groups > 0:
                    groups--;
                    output.Append(')');
                    canRepeat = true;
                    break;
                case '|':
                    output.Append('|');
                    canRepeat = false;
                    break;
                case '^' or '$':
                    output.Append(c);
                    canRepeat = false;
                    break;
                default:
                    output.Append(Escape(c));
                    canRepeat = true;
                    break;
            }
        }
        return groups == 0 ? null : "value: a parenthesis is not closed.";
    }

    /// <summary>a** and a+? are repetitions of repetitions in POSIX; .NET would take the second sign for laziness.</summary>
    private static void Repeat(StringBuilder output, string quantifier)
    {
        var start = StartOfLastAtom(output);
        if (output[^1] is '*' or '+' or '?' or '}' && !IsEscaped(output, output.Length - 1)) output.Insert(start, "(?:").Append(')');
        output.Append(quantifier);
    }

    private static bool IsEscaped(StringBuilder output, int at)
    {
        var backslashes = 0;
        while (at - backslashes > 0 && output[at - backslashes - 1] == '\\') backslashes++;
        return backslashes % 2 == 1;
    }

    /// <summary>Where the expression that was written last begins: a group, a bracket, an escape or a character, with its repetition.</summary>
    private static int StartOfLastAtom(StringBuilder output)
    {
        var i = output.Length - 1;
        while (i > 0 && output[i] is '*' or '+' or '?' or '}' && !IsEscaped(output, i))
        {
            if (output[i] == '}') while (output[i] != '{') i--;
            i--;
        }
        if (output[i] == ')' && !IsEscaped(output, i)) return FindOpening(output, i, '(', ')');
        if (output[i] == ']' && !IsEscaped(output, i)) return FindOpening(output, i, '[', ']');
        return IsEscaped(output, i) ? i - 1 : i;
    }

    private static int FindOpening(StringBuilder output, int i, char open, char close)
    {
        for (var depth = 0; i >= 0; i--)
        {
            if (IsEscaped(output, i)) continue;
            if (output[i] == close) depth++;
            else if (output[i] == open && --depth == 0) return i;
        }
        return 0;
    }

    /// <summary>{n}, {n,} or {n,m}; null: none of them, or out of range.</summary>
    private static string? ReadInterval(string pattern, ref int i)
    {
        var close = pattern.IndexOf('}', i);
        if (close < 0) return null;
        var parts = pattern[(i + 1)..close].Split(',');
        i = close;
        if (parts.Length > 2 || !TryReadCount(parts[0], out var low)) return null;
        if (parts.Length == 1) return $"{{{low}}}";
        if (parts[1].Length == 0) return $"{{{low},}}";
        return TryReadCount(parts[1], out var high) && high >= low ? $"{{{low},{high}}}" : null;
    }

    private static bool TryReadCount(string text, out int count) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out count) && count <= MaxRepetition;

    /// <summary>A character that means itself.</summary>
    private static string Escape(char c) => c < 128 && !char.IsAsciiLetterOrDigit(c) && c != '_' ? $"\\x{(int)c:x2}" : c.ToString();

    /// <summary>A bracket expression: "]" first is a character, a backslash is one, and with REG_NEWLINE a negated one never matches a newline.</summary>
    private static string? TranslateBracket(string pattern, ref int i, StringBuilder output)
    {
        var negated = i + 1 < pattern.Length && pattern[i + 1] == '^';
        var at = i + (negated ? 2 : 1);
        output.Append(negated ? "[^\\n" : "[");
        for (var first = at; at < pattern.Length; at++)
        {
            var c = pattern[at];
            if (c == ']' && at > first)
            {
                output.Append(']');
                i = at;
                return null;
            }
            if (c == '[' && at + 1 < pattern.Length && pattern[at + 1] is ':' or '.' or '=')
            {
                var end = pattern.IndexOf($"{pattern[at + 1]}]", at + 2, StringComparison.Ordinal);
                if (end < 0) return "value: a character class is not closed.";
                var name = pattern[(at + 2)..end];
                var ranges = pattern[at + 1] == ':' ? CharacterClasses.ToRegex(name) : name.Length == 1 ? EscapeInBracket(name[0]) : null;
                if (ranges is null) return $"value: '{name}' is no character class.";
                output.Append(ranges);
                at = end + 1;
                continue;
            }
            if (at + 2 < pattern.Length && pattern[at + 1] == '-' && pattern[at + 2] != ']')
            {
                if (pattern[at + 2] < c) return $"value: the range {c}-{pattern[at + 2]} runs backwards.";
                output.Append(EscapeInBracket(c)).Append('-').Append(EscapeInBracket(pattern[at + 2]));
                at += 2;
                continue;
            }
            output.Append(EscapeInBracket(c));
        }
        return "value: a bracket expression is not closed.";
    }

    private static string EscapeInBracket(char c) => c is '\\' or ']' or '[' or '^' or '-' ? $"\\{c}" : c.ToString();
}
