using System.Text;
using Dlgs.Streams.Core.Queries.Patterns;

namespace Dlgs.Streams.Core.Queries;

/// <summary>The fields that dlgs filters on. The numbers are those of the protocol (dialog_query.proto).</summary>
public enum DialogField : byte
{
    /// <summary>Any of the three.</summary>
    Any = 0,
    /// <summary>src.</summary>
    Src = 1,
    /// <summary>dst.</summary>
    Dst = 2,
    /// <summary>data.</summary>
    Data = 3,
}

/// <summary>The five operators of dlgs. The numbers are those of the protocol (dialog_query.proto).</summary>
public enum FilterOperator : byte
{
    /// <summary>The value is equal, bytewise.</summary>
    Eq = 0,
    /// <summary>The value is another, bytewise.</summary>
    Ne = 1,
    /// <summary>A POSIX extended regular expression matches, in any case, anywhere in the value.</summary>
    Re = 2,
    /// <summary>The value starts with it, bytewise.</summary>
    Sw = 3,
    /// <summary>POSIX fnmatch without flags matches the whole value.</summary>
    Fm = 4,
}

/// <summary>How long a filter's value may be.</summary>
/// <param name="Value">Bytes of eq, ne and sw; a dialog's are not longer either.</param>
/// <param name="Pattern">Bytes of re and fm.</param>
/// <param name="Positions">Of re: characters, brackets and anchors, with intervals written out. They are what a byte of a value costs.</param>
public sealed record FilterLimits(int Value = 1_024, int Pattern = 256, int Positions = 1_000);

/// <summary>Why a filter is refused.</summary>
/// <param name="Part">Which of its parts: field, operator or value.</param>
/// <param name="Allowed">What is allowed there: a sentence for the caller.</param>
public sealed record FilterError(string Part, string Allowed)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Part}: {Allowed}";
}

/// <summary>One filter of one query: a field, an operator and a value. For one thread, because patterns learn while they match.</summary>
public sealed class DialogFilter
{
    /// <summary>A pause costs as much as a value; one that takes its time pauses by itself.</summary>
    private const int ValuesBetweenPauses = 64;

    private readonly ExtendedRegex? regex;
    private readonly FnmatchPattern? pattern;
    private readonly Action? pause;
    private int looked;

    private DialogFilter(DialogField field, FilterOperator @operator, ReadOnlyMemory<byte> value)
    {
        (Field, Operator, Value) = (field, @operator, value);
        if (@operator == FilterOperator.Re) regex = new ExtendedRegex(value.Span);
        if (@operator == FilterOperator.Fm) pattern = new FnmatchPattern(value.Span);
    }

    private DialogFilter(DialogFilter filter, Action pause)
    {
        (Field, Operator, Value) = (filter.Field, filter.Operator, filter.Value);
        (regex, pattern, this.pause) = (filter.regex, filter.pattern, pause);
    }

    /// <summary>Which field has to match.</summary>
    public DialogField Field { get; }

    /// <summary>How it has to.</summary>
    public FilterOperator Operator { get; }

    /// <summary>The value or pattern as it came, in UTF-8; may be empty.</summary>
    public ReadOnlyMemory<byte> Value { get; }

    /// <summary>Whether it has to look at every distinct value, where the others ask for one.</summary>
    public bool IsScan => Operator.IsScan();

    /// <summary>Makes a filter of dlgs' names, in any case. Null: refused, and the error says why.</summary>
    public static DialogFilter? Parse(string field, string @operator, string value, FilterLimits limits, out FilterError? error) =>
        TryParseNames(field, @operator, out var parsedField, out var parsedOperator, out error)
            ? Create(parsedField, parsedOperator, value, limits, out error)
            : null;

    /// <summary>Reads the names alone, in any case. False: refused, and the error says why.</summary>
    public static bool TryParseNames(string field, string @operator, out DialogField parsedField, out FilterOperator parsedOperator, out FilterError? error)
    {
        parsedOperator = default;
        error = !DialogFields.Names.TryParse(field, out parsedField) ? new FilterError("field", $"{DialogFields.Names.Either}.")
            : !FilterOperators.Names.TryParse(@operator, out parsedOperator) ? new FilterError("operator", $"{FilterOperators.Names.Either}.")
            : null;
        return error is null;
    }

    /// <summary>Makes a filter; its pattern is compiled here. Null: refused, and the error says why.</summary>
    public static DialogFilter? Create(DialogField field, FilterOperator @operator, string value, FilterLimits limits, out FilterError? error)
    {
        error = null;
        var bytes = Encoding.UTF8.GetBytes(value);
        var limit = @operator.IsPattern() ? limits.Pattern : limits.Value;
        try
        {
            if (bytes.Length > limit)
            {
                error = new FilterError("value", $"at most {limit} bytes; it has {bytes.Length}.");
                return null;
            }
            var filter = new DialogFilter(field, @operator, bytes);
            if (filter.regex is null || filter.regex.Positions <= limits.Positions) return filter;
            error = new FilterError("value", $"at most {limits.Positions} positions, with intervals written out; it has {filter.regex.Positions}.");
        }
        catch (EreException e)
        {
            error = new FilterError("value", $"a POSIX extended regular expression; in this one {e.Message}.");
        }
        return null;
    }

    /// <summary>The same for a scan: before the first value, then now and then, it calls <paramref name="pause"/>, which may throw to end it.</summary>
    public DialogFilter Pausing(Action pause) => new(this, pause);

    /// <summary>What <see cref="Pausing"/> asks for, where no value is looked at.</summary>
    internal void Pause() => pause?.Invoke();

    /// <summary>
    /// Whether one value (UTF-8) matches by the operator alone.
    /// For <see cref="DialogField.Any"/> a dialog matches when any of its three does.
    /// </summary>
    public bool Matches(ReadOnlySpan<byte> value)
    {
        if (pause is not null && looked++ % ValuesBetweenPauses == 0) pause();
        return Operator switch
        {
            FilterOperator.Eq => value.SequenceEqual(Value.Span),
            FilterOperator.Ne => !value.SequenceEqual(Value.Span),
            FilterOperator.Re => regex!.Matches(value, pause),
            FilterOperator.Sw => value.StartsWith(Value.Span),
            FilterOperator.Fm => pattern!.Matches(value),
        };
    }
}
