namespace Dlgs.Streams.Core.Queries.Patterns;

/// <summary>
/// Reads one bracket expression of an extended regular expression (POSIX XBD 9.3.5), as glibc does with REG_ICASE and REG_NEWLINE: ] first is
/// itself, a backslash is itself, a negated one does not take the newline. Letters are folded to upper case, as those of values are.
/// </summary>
internal ref struct EreBracket(ReadOnlySpan<byte> pattern, int start)
{
    private const string KnownClasses =
        "the classes inside [] are [:alpha:] [:digit:] [:alnum:] [:upper:] [:lower:] [:space:] [:blank:] [:punct:] [:print:] [:graph:] [:cntrl:] [:xdigit:]";

    private readonly ReadOnlySpan<byte> pattern = pattern;
    private ByteSet members;

    /// <summary>Where the pattern goes on.</summary>
    public int Position { get; private set; } = start;

    /// <summary>Reads from behind the [ on.</summary>
    public ByteSet Read()
    {
        var isNegated = Peek() == '^';
        if (isNegated) Position++;
        for (var isFirst = true; ; isFirst = false)
        {
            if (Peek() < 0) throw new EreException("a [ is not closed");
            if (Peek() == ']' && !isFirst) break;
            if (Peek() == '[' && Peek(1) == ':') members |= ReadClass();
            else if (Peek() == '[' && Peek(1) == '=') members.Add(ReadNamed('='));
            else ReadMember(isFirst);
        }
        Position++;
        return isNegated ? ~(members | ByteSet.Of((byte)'\n')) : members;
    }

    /// <summary>One byte, or a range if a hyphen follows that does not close the bracket.</summary>
    private void ReadMember(bool isFirst)
    {
        if (Peek() == '-' && !isFirst && Peek(1) != ']') throw new EreException("a - inside [] must be first, last or the end of a range");
        var first = ReadElement();
        var last = first;
        if (Peek() == '-' && Peek(1) is >= 0 and not ']')
        {
            Position++;
            if (Peek() == '[' && Peek(1) is ':' or '=') throw new EreException("a range inside [] cannot end in a class");
            last = ReadElement();
        }
        if (first > last) throw new EreException($"the range {(char)first}-{(char)last} inside [] is empty (letters count as capitals, case does not matter)");
        members.AddRange(first, last);
    }

    private byte ReadElement()
    {
        if (Peek() == '[' && Peek(1) == '.') return ReadNamed('.');
        return PosixClasses.ToUpper(pattern[Position++]);
    }

    /// <summary>[=x=] or [.x.]: in the C locale the byte itself.</summary>
    private byte ReadNamed(char kind)
    {
        var name = ReadName(kind);
        return name.Length == 1 ? PosixClasses.ToUpper(name[0]) : throw new EreException($"[{kind}{kind}] inside [] takes one character");
    }

    private ByteSet ReadClass()
    {
        var name = ReadName(':');
        // glibc does the same: case does not matter, so neither may a class that is about nothing else.
        if (name.SequenceEqual("lower"u8)) name = "upper"u8;
        if (!PosixClasses.TryFind(name, out var named)) throw new EreException(KnownClasses);
        return named;
    }

    private ReadOnlySpan<byte> ReadName(char kind)
    {
        var rest = pattern[(Position + 2)..];
        var length = rest.IndexOf([(byte)kind, (byte)']']);
        if (length < 0) throw new EreException($"a [{kind} inside [] is not closed");
        Position += 2 + length + 2;
        return rest[..length];
    }

    private readonly int Peek(int ahead = 0) => Position + ahead < pattern.Length ? pattern[Position + ahead] : -1;
}
