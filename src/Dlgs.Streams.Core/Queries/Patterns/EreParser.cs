namespace Dlgs.Streams.Core.Queries.Patterns;

/// <summary>Why an expression is refused.</summary>
internal sealed class EreException(string reason) : Exception(reason);

/// <summary>
/// Reads a POSIX extended regular expression (XBD 9.4) with the meaning of glibc's regcomp(REG_EXTENDED | REG_ICASE | REG_NEWLINE) in the C
/// locale. Letters are folded to upper case, as those of values are.
/// </summary>
internal ref struct EreParser
{
    /// <summary>RE_DUP_MAX of glibc.</summary>
    private const int MaxRepetitions = 32_767;

    /// <summary>The reader goes into itself for each group, and a stack has an end.</summary>
    private const int MaxDepth = 250;

    private static readonly ByteSet Word = PosixClasses.Find("alnum"u8) | ByteSet.Of((byte)'_');
    private static readonly ByteSet Space = PosixClasses.Find("space"u8);
    /// <summary>RE_DOT_NOT_NULL, and REG_NEWLINE.</summary>
    private static readonly ByteSet Dot = ~(ByteSet.Of((byte)'\n') | ByteSet.Of(0));

    private readonly ReadOnlySpan<byte> pattern;
    private readonly List<ByteSet> sets = [];
    private int position;
    private int depth;

    private EreParser(ReadOnlySpan<byte> pattern) => this.pattern = pattern;

    /// <summary>The expression, and the sets of bytes that it names by number.</summary>
    /// <exception cref="EreException">The pattern is no extended regular expression, or one that is not supported.</exception>
    public static EreNode Read(ReadOnlySpan<byte> pattern, out ByteSet[] sets)
    {
        var parser = new EreParser(pattern);
        var expression = parser.ReadAlternatives();
        sets = [.. parser.sets];
        return expression;
    }

    private EreNode ReadAlternatives()
    {
        var branches = new List<EreNode> { ReadBranch() };
        while (Peek() == '|')
        {
            position++;
            branches.Add(ReadBranch());
        }
        return EreNode.Either(branches);
    }

    /// <summary>May be empty, as glibc has it: (), (a|).</summary>
    private EreNode ReadBranch()
    {
        var parts = new List<EreNode>();
        // Outside of groups a ) is a literal.
        while (Peek() is not (-1 or '|') && !(Peek() == ')' && depth > 0))
        {
            var part = ReadExpression(out var isAnchor);
            while (!isAnchor && Peek() is '*' or '+' or '?' or '{') part = ReadRepetition(part);
            parts.Add(part);
        }
        return EreNode.Sequence(parts);
    }

    /// <summary>An anchor takes no repetition.</summary>
    private EreNode ReadExpression(out bool isAnchor)
    {
        isAnchor = false;
        var c = pattern[position++];
        switch ((char)c)
        {
            case '^' or '$': isAnchor = true; return EreNode.OfAnchor(c == '^' ? Anchor.LineStart : Anchor.LineEnd);
            case '*' or '+' or '?' or '{': throw new EreException($"there is nothing that {(char)c} could repeat");
            case '\\': return ReadEscape(out isAnchor);
            case '(': return ReadGroup();
            case '[': return ReadBracket();
            case '.': return Add(Dot);
            default: return Literal(c);
        }
    }

    private EreNode ReadGroup()
    {
        if (++depth > MaxDepth) throw new EreException($"groups are more than {MaxDepth} deep");
        var group = ReadAlternatives();
        if (Peek() != ')') throw new EreException("a ( is not closed");
        position++;
        depth--;
        return group;
    }

    private EreNode ReadBracket()
    {
        var bracket = new EreBracket(pattern, position);
        var members = bracket.Read();
        position = bracket.Position;
        return Add(members);
    }

    /// <summary>An escaped character is that character, but for the few that glibc gives a meaning.</summary>
    private EreNode ReadEscape(out bool isAnchor)
    {
        if (Peek() < 0) throw new EreException("a backslash at the end escapes nothing");
        var c = pattern[position++];
        Anchor? anchor = (char)c switch
        {
            'b' => Anchor.WordBoundary,
            'B' => Anchor.NoWordBoundary,
            '<' => Anchor.WordStart,
            '>' => Anchor.WordEnd,
            '`' => Anchor.ValueStart,
            '\'' => Anchor.ValueEnd,
            _ => null,
        };
        isAnchor = anchor is not null;
        if (anchor is { } known) return EreNode.OfAnchor(known);
        return (char)c switch
        {
            'w' => Add(Word),
            'W' => Add(~Word),
            's' => Add(Space),
            'S' => Add(~Space),
            >= '1' and <= '9' => throw new EreException($@"\{(char)c}: extended regular expressions have no back-references"),
            _ => Literal(c),
        };
    }

    private EreNode ReadRepetition(EreNode part) => (char)pattern[position++] switch
    {
        '*' => EreNode.Repeat(part, 0, null),
        '+' => EreNode.Repeat(part, 1, null),
        '?' => EreNode.Repeat(part, 0, 1),
        _ => ReadInterval(part),
    };

    private EreNode ReadInterval(EreNode part)
    {
        var least = ReadNumber();
        var most = least;
        if (Peek() == ',')
        {
            position++;
            most = ReadNumber();
            // {,m} is {0,m} to glibc.
            least ??= 0;
        }
        if (least is null || Peek() != '}') throw new EreException("a { takes {n}, {n,} or {n,m}");
        position++;
        if (most < least) throw new EreException("in {n,m} the second number is the larger one");
        if (Math.Max(least.Value, most ?? 0) > MaxRepetitions) throw new EreException($"a {{}} repeats up to {MaxRepetitions} times");
        return EreNode.Repeat(part, least.Value, most);
    }

    private int? ReadNumber()
    {
        int? number = null;
        for (; Peek() is >= '0' and <= '9'; position++) number = Math.Min(MaxRepetitions + 1, (number ?? 0) * 10 + Peek() - '0');
        return number;
    }

    private readonly EreNode Literal(byte c) => Add(ByteSet.Of(PosixClasses.ToUpper(c)));

    private readonly EreNode Add(ByteSet set)
    {
        sets.Add(set);
        return EreNode.OfByte(sets.Count - 1);
    }

    private readonly int Peek() => position < pattern.Length ? pattern[position] : -1;
}
