namespace Dlgs.Streams.Core.Queries.Patterns;

/// <summary>
/// The operator re: regexec over a POSIX extended regular expression, case-insensitive, newline-sensitive, unanchored. Own, because none of
/// .NET's engines bounds time and memory: the non-backtracking one took 54 s and 1.5 GB for (.*a.{14}){60}z over one KiB, without a look
/// at its timeout. For one thread.
/// </summary>
internal sealed class ExtendedRegex
{
    private readonly EreNode expression;
    private readonly ByteSet[] sets;
    private EreAutomaton? automaton;

    /// <exception cref="EreException">The pattern is no extended regular expression, or one that is not supported.</exception>
    public ExtendedRegex(ReadOnlySpan<byte> pattern) => expression = EreParser.Read(pattern, out sets);

    /// <summary>What a match has to look at for a byte, at most: the pattern's characters, brackets and anchors, with intervals written out.</summary>
    public long Positions => expression.Positions;

    /// <summary>Steps over the pattern that it took so far.</summary>
    public long Steps => automaton?.Steps ?? 0;

    /// <summary>Calls <paramref name="pause"/> now and then, which may throw.</summary>
    public bool Matches(ReadOnlySpan<byte> value, Action? pause)
    {
        // Not before it is needed: whoever only reads a request makes no automaton.
        automaton ??= new EreAutomaton(new EreProgram(expression, sets));
        return automaton.Matches(value, pause);
    }
}
