namespace Dlgs.Streams.Core.Queries;

/// <summary>
/// fnmatch(pattern, value, 0): the whole value, case-sensitive; '*' and '?' match '/' and a leading dot too (IEEE Std 1003.1, 2.13.1). One
/// character is one byte for '?' and brackets, as in dlgs, which never sets a locale. At most value x pattern steps.
/// </summary>
internal static class FileNamePattern
{
    public static bool Matches(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> value)
    {
        // Where to go on when what followed the last star does not fit: the star takes one byte more. An earlier star never has to.
        var (p, v, starPattern, starValue) = (0, 0, -1, 0);
        while (true)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                (starPattern, starValue) = (++p, v);
                continue;
            }
            if (p == pattern.Length && v == value.Length) return true;
            if (v < value.Length && p < pattern.Length && MatchesOne(pattern, ref p, value[v]))
            {
                v++;
                continue;
            }
            if (starPattern < 0 || starValue >= value.Length) return false;
            (p, v) = (starPattern, ++starValue);
        }
    }

    /// <summary>One byte against '?', a bracket expression, an escape or itself; moves past it.</summary>
    private static bool MatchesOne(ReadOnlySpan<byte> pattern, ref int p, byte b)
    {
        switch (pattern[p])
        {
            case (byte)'?':
                p++;
                return true;
            case (byte)'[' when TryMatchBracket(pattern, p, b, out var end, out var matches):
                p = end;
                return matches;
            case (byte)'\\':
                // A backslash at the end escapes nothing, and matches nothing.
                if (p + 1 == pattern.Length || pattern[p + 1] != b) return false;
                p += 2;
                return true;
            default:
                return pattern[p++] == b;
        }
    }

    /// <summary>False: the bracket is never closed, and so a character like any other.</summary>
    private static bool TryMatchBracket(ReadOnlySpan<byte> pattern, int p, byte b, out int end, out bool matches)
    {
        (end, matches) = (0, false);
        var i = p + 1;
        var negated = i < pattern.Length && pattern[i] is (byte)'!' or (byte)'^';
        if (negated) i++;
        for (var first = i; i < pattern.Length; i++)
        {
            if (pattern[i] == ']' && i > first)
            {
                end = i + 1;
                matches ^= negated;
                return true;
            }
            if (TryMatchClass(pattern, ref i, b, ref matches)) continue;
            var low = TakeMember(pattern, ref i);
            if (i + 2 < pattern.Length && pattern[i + 1] == '-' && pattern[i + 2] != ']')
            {
                i += 2;
                matches |= b >= low && b <= TakeMember(pattern, ref i);
            }
            else
            {
                matches |= b == low;
            }
        }
        return false;
    }

    private static bool TryMatchClass(ReadOnlySpan<byte> pattern, ref int i, byte b, ref bool matches)
    {
        if (pattern[i] != '[' || i + 1 == pattern.Length || pattern[i + 1] != ':') return false;
        var length = pattern[(i + 2)..].IndexOf(":]"u8);
        if (length < 0 || CharacterClasses.Has(pattern.Slice(i + 2, length), b) is not { } has) return false;
        matches |= has;
        i += length + 3;
        return true;
    }

    private static byte TakeMember(ReadOnlySpan<byte> pattern, ref int i)
    {
        if (pattern[i] == '\\' && i + 1 < pattern.Length) i++;
        return pattern[i];
    }
}
