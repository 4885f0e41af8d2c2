namespace Dlgs.Streams.Core.Queries;

/// <summary>
/// Reads one bracket expression of a fnmatch pattern, as glibc does without flags: ! or ^ negates, ] first is itself, a backslash escapes,
/// classes [:name:], and the one-byte [=x=] and [.x.] of the C locale. From a malformed member on it accepts nothing more.
/// </summary>
internal ref struct FnmatchBracket(ReadOnlySpan<byte> pattern, int start)
{
    private readonly ReadOnlySpan<byte> pattern = pattern;
    private ByteSet members;
    private bool isMalformed;

    /// <summary>Where the pattern goes on.</summary>
    public int Position { get; private set; } = start;

    public ByteSet Accepts { get; private set; }

    /// <summary>Reads from behind the [ on. False: it is not terminated, and the [ is a literal.</summary>
    public bool TryRead()
    {
        var isNegated = Peek() is '!' or '^';
        if (isNegated) Position++;
        for (var isFirst = true; Peek() >= 0; isFirst = false)
        {
            var c = Next();
            if (c == ']' && !isFirst)
            {
                Accepts = !isNegated ? members : isMalformed ? default : ~members;
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
            Position++;
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
        var name = pattern[(Position + 1)..];
        var length = name.IndexOf(".]"u8);
        Position = length < 0 ? pattern.Length : Position + 1 + length + 2;
        return length == 1 ? name[0] : -1;
    }

    private bool TryReadClass()
    {
        var rest = pattern[(Position + 1)..];
        // glibc looks for 'a' to before 'z'; no class has a z.
        var length = rest.IndexOfAnyExceptInRange((byte)'a', (byte)'y');
        if (length < 0 || !rest[length..].StartsWith(":]"u8)) return false;
        isMalformed |= !PosixClasses.TryFind(rest[..length], out var named);
        if (!isMalformed) members |= named;
        Position += 1 + length + 2;
        return true;
    }

    private bool TryReadEquivalence()
    {
        var rest = pattern[(Position + 1)..];
        if (rest.Length < 3 || rest[1] != '=' || rest[2] != ']') return false;
        Add(rest[0], rest[0]);
        Position += 4;
        return true;
    }

    private void Add(byte first, byte last)
    {
        if (!isMalformed) members.AddRange(first, last);
    }

    private readonly int Peek(int ahead = 0) => Position + ahead < pattern.Length ? pattern[Position + ahead] : -1;

    private int Next() => pattern[Position++];
}
