using System.Buffers;
using System.Text.RegularExpressions;

namespace Dlgs.Streams.Core.Queries;

/// <summary>
/// The operator re: regexec over a POSIX extended regular expression, case-insensitive, newline-sensitive, unanchored. .NET's non-backtracking
/// engine takes time in proportion to the value's length, whatever the pattern.
/// </summary>
internal sealed class ExtendedRegex
{
    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.Multiline | RegexOptions.CultureInvariant;

    private readonly Regex regex;

    /// <exception cref="EreException">The pattern is no extended regular expression, or one that is not supported.</exception>
    public ExtendedRegex(ReadOnlySpan<byte> pattern)
    {
        var translated = EreTranslator.Translate(pattern);
        try
        {
            regex = new Regex(translated, Options);
        }
        catch (NotSupportedException)
        {
            // The engine estimates the size of its automaton before it builds one.
            throw new EreException("repetitions in {} multiply to too much");
        }
    }

    public bool Matches(ReadOnlySpan<byte> value)
    {
        const int OnStack = 512;
        var rented = value.Length > OnStack ? ArrayPool<char>.Shared.Rent(value.Length) : null;
        var folded = (rented ?? stackalloc char[OnStack])[..value.Length];
        FoldedBytes.Fold(value, folded);
        var matches = regex.IsMatch(folded);
        if (rented is not null) ArrayPool<char>.Shared.Return(rented);
        return matches;
    }
}
