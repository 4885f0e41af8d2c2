namespace Dlgs.Streams.Core.Queries.Patterns;

/// <summary>
/// Reads one bracket expression of a fnmatch pattern, as glibc does without flags: ! or ^ negates, ] first is itself, a backslash escapes,
/// classes [:name:], and the one-byte [=x=] and [.x.] of the C locale. From a malformed member on it accepts nothing more.
/// </summary>
internal ref struct FnmatchBracket
{
    private readonly ReadOnlySpan<byte> pattern;
    private int position;
    private ByteSet members;
    private bool isMalformed;

    private FnmatchBracket(ReadOnlySpan<byte> pattern, int start)
    {
        this.pattern = pattern;
        position = start;
    }

    /// <summary>Reads from behind the [ on to behind the ]. False: it is not terminated, and the [ is a literal.</summary>
    public static bool TryRead(ReadOnlySpan<byte> pattern, ref int position, out ByteSet accepts)
    {
        var bracket = new FnmatchBracket(pattern, position);
        if (!bracket.TryRead(out accepts)) return false;
        position = bracket.position;
        return true;
    }

    private bool TryRead(out ByteSet accepts)
    {
        accepts = default;
        var isNegated = Peek() is '!' or '^';
        if (isNegated) position++;
        for (var isFirst = true; Peek() >= 0; isFirst = false)
        {
            var c = Next();
            if (c == ']' && !isFirst)
            {
                accepts = !isNegated ? members : isMalformed ? default : ~members;
                return true;
            }
            if (c == '[' && Peek() == ':' && TryReadClass()) continue;
            if (c == '[' && Peek() == '=' && TryReadEquivalence()) continue;
            ReadMember(ReadElement(c));
        }
        return isMalformed;
    }

    /// <summary>One byte, or a range if a hyphen follows that is not the last in the bracket.</summary>
    private void ReadMember(int first)
    {
        var last = first;
        if (Peek() == '-' && Peek(1) != ']')
        {
            position++;
            last = Peek() < 0 ? -1 : ReadElement(Next());
        }
        isMalformed |= first < 0 || last < 0;
        Add((byte)first, (byte)last);
    }

    /// <summary>The byte that an end of a range is, -1 if there is none.</summary>
    private int ReadElement(int c)
    {
        if (c == '\\') return Peek() < 0 ? -1 : Next();
        if (c != '[' || Peek() != '.') return c;
        var name = pattern[(position + 1)..];
        var length = name.IndexOf(".]"u8);
        position = length < 0 ? pattern.Length : position + 1 + length + 2;
        return length == 1 ? name[0] : -1;
    }

    private bool TryReadClass()
    {
        var rest = pattern[(position + 1)..];
        // glibc looks for 'a' to before 'z'; no class has a z.
        var length = rest.IndexOfAnyExceptInRange((byte)'a', (byte)'y');
        if (length < 0 || !rest[length..].StartsWith(":]"u8)) return false;
        isMalformed |= !PosixClasses.TryFind(rest[..length], out var named);
        if (!isMalformed) members |= named;
        position += 1 + length + 2;
        return true;
    }

    private bool TryReadEquivalence()
    {
        var rest = pattern[(position + 1)..];
        if (rest.Length < 3 || rest[1] != '=' || rest[2] != ']') return false;
        Add(rest[0], rest[0]);
        position += 4;
        return true;
    }

    private void Add(byte first, byte last)
    {
        if (!isMalformed) members.AddRange(first, last);
    }

    private readonly int Peek(int ahead = 0) => position + ahead < pattern.Length ? pattern[position + ahead] : -1;

    private int Next() => pattern[position++];
}
