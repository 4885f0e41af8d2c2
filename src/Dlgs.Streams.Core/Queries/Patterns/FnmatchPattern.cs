namespace Dlgs.Streams.Core.Queries.Patterns;

/// <summary>
/// The operator fm: fnmatch(pattern, value, 0) of the C library in the C locale. Case-sensitive, whole string; * and ? take a slash and a
/// leading dot too. Every element but * takes one byte, so only the last * has to be tried again: at most pattern times value steps.
/// </summary>
internal sealed class FnmatchPattern
{
    // An element is the byte that it accepts, or one of these, or FirstSet + its place in sets.
    private const ushort Star = 256;
    private const ushort Any = 257;
    private const ushort FirstSet = 258;

    private readonly ushort[] elements;
    private readonly ByteSet[] sets;

    public FnmatchPattern(ReadOnlySpan<byte> pattern)
    {
        var (read, readSets) = (new List<ushort>(pattern.Length), new List<ByteSet>());
        for (var i = 0; i < pattern.Length;)
        {
            switch (pattern[i++])
            {
                case (byte)'*': if (read.Count == 0 || read[^1] != Star) read.Add(Star); break;
                case (byte)'?': read.Add(Any); break;
                case (byte)'\\' when i < pattern.Length: read.Add(pattern[i++]); break;
                // "Trailing \ loses", says glibc: it accepts nothing.
                case (byte)'\\': AddSet(default); break;
                case (byte)'[' when FnmatchBracket.TryRead(pattern, ref i, out var accepts): AddSet(accepts); break;
                case var literal: read.Add(literal); break;
            }
        }
        (elements, sets) = ([.. read], [.. readSets]);

        void AddSet(ByteSet set)
        {
            read.Add((ushort)(FirstSet + readSets.Count));
            readSets.Add(set);
        }
    }

    public bool Matches(ReadOnlySpan<byte> value)
    {
        var (element, at) = (0, 0);
        var (afterStar, retryAt) = (-1, 0);
        while (true)
        {
            if (element < elements.Length && elements[element] == Star)
            {
                (afterStar, retryAt) = (++element, at);
                if (element == elements.Length) return true;
            }
            else if (at == value.Length)
            {
                return element == elements.Length;
            }
            else if (element < elements.Length && Accepts(elements[element], value[at]))
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

    private bool Accepts(ushort element, byte value) => element == value || element == Any || element >= FirstSet && sets[element - FirstSet].Contains(value);
}
