using System.Globalization;
using System.Text;

namespace Dlgs.Streams.Core.Queries;

/// <summary>Why an expression is refused.</summary>
internal sealed class EreException(string reason) : Exception(reason);

/// <summary>
/// Translates a POSIX extended regular expression (XBD 9.4) into one of .NET over <see cref="FoldedBytes"/>, with the meaning of glibc's
/// regcomp(REG_EXTENDED | REG_ICASE | REG_NEWLINE) in the C locale. It is parsed whole and written anew, so that nothing gets a meaning that
/// only .NET gives it.
/// </summary>
internal ref struct EreTranslator
{
    /// <summary>RE_DUP_MAX of glibc.</summary>
    private const int MaxRepetitions = 32_767;

    private static readonly ByteSet Word = PosixClasses.Find("alnum"u8) | ByteSet.Of((byte)'_');
    private static readonly ByteSet Space = PosixClasses.Find("space"u8);
    /// <summary>RE_DOT_NOT_NULL, and REG_NEWLINE.</summary>
    private static readonly ByteSet Dot = ~(ByteSet.Of((byte)'\n') | ByteSet.Of(0));

    private readonly ReadOnlySpan<byte> pattern;
    private readonly StringBuilder output = new();
    private int position;

    private EreTranslator(ReadOnlySpan<byte> pattern) => this.pattern = pattern;

    /// <exception cref="EreException">The pattern is no extended regular expression, or one that is not supported.</exception>
    public static string Translate(ReadOnlySpan<byte> pattern)
    {
        var translator = new EreTranslator(pattern);
        translator.ReadAlternatives(depth: 0);
        return translator.output.ToString();
    }

    private void ReadAlternatives(int depth)
    {
        ReadBranch(depth);
        while (Peek() == '|')
        {
            position++;
            output.Append('|');
            ReadBranch(depth);
        }
    }

    /// <summary>May be empty, as glibc has it: (), (a|).</summary>
    private void ReadBranch(int depth)
    {
        // Outside of groups a ) is a literal.
        while (Peek() is not (-1 or '|') && !(Peek() == ')' && depth > 0))
        {
            var start = output.Length;
            if (!ReadExpression(depth)) continue;
            for (var repeated = false; Peek() is '*' or '+' or '?' or '{'; repeated = true)
            {
                // a+? repeats a+; to .NET it would be a lazy one.
                if (repeated) output.Insert(start, "(?:").Append(')');
                ReadRepetition();
            }
        }
    }

    /// <summary>False: it is an anchor, and takes no repetition.</summary>
    private bool ReadExpression(int depth)
    {
        var c = pattern[position++];
        switch ((char)c)
        {
            case '^' or '$': output.Append((char)c); return false;
            case '*' or '+' or '?' or '{': throw new EreException($"there is nothing that {(char)c} could repeat");
            case '\\': return ReadEscape();
            case '(': ReadGroup(depth + 1); return true;
            case '[': ReadBracket(); return true;
            case '.': output.AppendClass(Dot); return true;
            default: AppendLiteral(c); return true;
        }
    }

    private void ReadGroup(int depth)
    {
        output.Append("(?:");
        ReadAlternatives(depth);
        if (Peek() != ')') throw new EreException("a ( is not closed");
        position++;
        output.Append(')');
    }

    private void ReadBracket()
    {
        var bracket = new EreBracket(pattern, position);
        output.AppendClass(bracket.Read());
        position = bracket.Position;
    }

    /// <summary>An escaped character is that character, but for the few that glibc gives a meaning. False: it is an anchor.</summary>
    private bool ReadEscape()
    {
        if (Peek() < 0) throw new EreException("a backslash at the end escapes nothing");
        var c = pattern[position++];
        switch ((char)c)
        {
            case 'b' or 'B': output.Append('\\').Append((char)c); return false;
            case '`': output.Append(@"\A"); return false;
            case '\'': output.Append(@"\z"); return false;
            case 'w': output.AppendClass(Word); return true;
            case 'W': output.AppendClass(~Word); return true;
            case 's': output.AppendClass(Space); return true;
            case 'S': output.AppendClass(~Space); return true;
            // .NET's engine that is never slow looks neither ahead nor back.
            case '<' or '>': throw new EreException($@"\{(char)c} is not supported; \b is");
            case >= '1' and <= '9': throw new EreException($@"\{(char)c}: extended regular expressions have no back-references");
            default: AppendLiteral(c); return true;
        }
    }

    private void ReadRepetition()
    {
        var c = pattern[position++];
        if (c == '{') ReadInterval();
        else output.Append((char)c);
    }

    private void ReadInterval()
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
        output.Append(CultureInfo.InvariantCulture, $"{{{least},{most}}}");
    }

    private int? ReadNumber()
    {
        int? number = null;
        for (; Peek() is >= '0' and <= '9'; position++) number = Math.Min(MaxRepetitions + 1, (number ?? 0) * 10 + Peek() - '0');
        return number;
    }

    private readonly void AppendLiteral(byte c) => output.AppendClass(ByteSet.Of(FoldedBytes.ToUpper(c)));

    private readonly int Peek() => position < pattern.Length ? pattern[position] : -1;
}
