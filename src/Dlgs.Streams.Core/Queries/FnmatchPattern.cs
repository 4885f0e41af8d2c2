namespace Dlgs.Streams.Core.Queries;

/// <summary>
/// The operator fm: fnmatch(pattern, value, 0) of the C library in the C locale. Case-sensitive, whole string; * and ? take a slash and a
/// leading dot too. Every element but * takes one byte, so only the last * has to be tried again: at most pattern times value steps.
/// </summary>
internal sealed class FnmatchPattern
{
    private readonly record struct Element(bool IsStar, ByteSet Accepts);

    private readonly Element[] elements;

    public FnmatchPattern(ReadOnlySpan<byte> pattern)
    {
        var read = new List<Element>(pattern.Length);
        for (var i = 0; i < pattern.Length;)
        {
            var c = pattern[i++];
            if (c == '*')
            {
                if (read.Count == 0 || !read[^1].IsStar) read.Add(new Element(true, default));
                continue;
            }
            read.Add(new Element(false, c switch
            {
                (byte)'?' => ByteSet.All,
                // "Trailing \ loses", says glibc: it accepts nothing.
                (byte)'\\' => i < pattern.Length ? ByteSet.Of(pattern[i++]) : default,
                (byte)'[' => ReadBracket(pattern, ref i),
                _ => ByteSet.Of(c),
            }));
        }
        elements = [.. read];
    }

    public bool Matches(ReadOnlySpan<byte> value)
    {
        var (element, at) = (0, 0);
        var (afterStar, retryAt) = (-1, 0);
        while (true)
        {
            if (element < elements.Length && elements[element].IsStar)
            {
                (afterStar, retryAt) = (++element, at);
                if (element == elements.Length) return true;
            }
            else if (at == value.Length)
            {
                return element == elements.Length;
            }
            else if (element < elements.Length && elements[element].Accepts.Contains(value[at]))
            {
                element++;
                at++;
            }
            else if (afterStar < 0)
            {
                return false;
            }
            else
            {
                (element, at) = (afterStar, ++retryAt);
            }
        }
    }

    private static ByteSet ReadBracket(ReadOnlySpan<byte> pattern, ref int i)
    {
        var bracket = new FnmatchBracket(pattern, i);
        if (!bracket.TryRead()) return ByteSet.Of((byte)'[');
        i = bracket.Position;
        return bracket.Accepts;
    }
}
