using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace Dlgs.Streams.Core.Queries;

/// <summary>The fields that dlgs filters on. <see cref="Any"/> means any of the three. The numbers are those of the protocol.</summary>
public enum DialogField : byte
{
    Any = 0,
    Src = 1,
    Dst = 2,
    Data = 3,
}

/// <summary>The five operators of dlgs. The numbers are those of the protocol.</summary>
public enum FilterOperator : byte
{
    Eq = 0,
    Ne = 1,
    Re = 2,
    Sw = 3,
    Fm = 4,
}

/// <summary>One filter: a field, an operator and a value. Immutable, any thread.</summary>
public sealed class DialogFilter
{
    /// <summary>Bytes of a value, at most.</summary>
    public const int MaxValue = 1024;
    /// <summary>Bytes of a pattern of re, at most: a non-backtracking automaton grows with it.</summary>
    public const int MaxPattern = 256;

    private readonly byte[] value;
    private readonly Regex? regex;

    private DialogFilter(DialogField field, FilterOperator op, byte[] value, Regex? regex) => (Field, Operator, this.value, this.regex) = (field, op, value, regex);

    public DialogField Field { get; }

    public FilterOperator Operator { get; }

    /// <summary>The value or pattern as it came.</summary>
    public ReadOnlyMemory<byte> Value => value;

    /// <summary>Makes a filter; false: <paramref name="error"/> names the field and what is allowed.</summary>
    public static bool TryCreate(DialogField field, FilterOperator op, string value, out DialogFilter? filter, out string? error)
    {
        (filter, error) = (null, null);
        var bytes = Encoding.UTF8.GetBytes(value);
        if (!Enum.IsDefined(field)) error = "field: any, src, dst or data.";
        else if (!Enum.IsDefined(op)) error = "operator: eq, ne, re, sw or fm.";
        else if (bytes.Length > MaxValue) error = $"value: at most {MaxValue} bytes.";
        else if (op == FilterOperator.Re && bytes.Length > MaxPattern) error = $"value: a pattern of re has at most {MaxPattern} bytes.";
        if (error is not null) return false;
        Regex? regex = null;
        if (op == FilterOperator.Re && !PosixRegex.TryTranslate(value, out regex, out error)) return false;
        filter = new DialogFilter(field, op, bytes, regex);
        return true;
    }

    /// <summary>As <see cref="TryCreate(DialogField, FilterOperator, string, out DialogFilter?, out string?)"/>, with names as dlgs has them, in any case.</summary>
    public static bool TryParse(string field, string op, string value, out DialogFilter? filter, out string? error)
    {
        (filter, error) = (null, null);
        if (!Enum.TryParse<DialogField>(field, ignoreCase: true, out var parsedField) || char.IsAsciiDigit(field[0])) error = $"field: '{field}' is none; any, src, dst or data.";
        else if (!Enum.TryParse<FilterOperator>(op, ignoreCase: true, out var parsedOperator) || char.IsAsciiDigit(op[0])) error = $"operator: '{op}' is none; eq, ne, re, sw or fm.";
        else return TryCreate(parsedField, parsedOperator, value, out filter, out error);
        return false;
    }

    /// <summary>Whether one value (UTF-8) matches by the operator alone. For <see cref="DialogField.Any"/> a dialog matches when any of its three does.</summary>
    public bool Matches(ReadOnlySpan<byte> text) => Operator switch
    {
        FilterOperator.Eq => text.SequenceEqual(value),
        FilterOperator.Ne => !text.SequenceEqual(value),
        FilterOperator.Sw => text.StartsWith(value),
        FilterOperator.Fm => FileNamePattern.Matches(value, text),
        FilterOperator.Re => MatchesRegex(text),
    };

    private bool MatchesRegex(ReadOnlySpan<byte> text)
    {
        var rented = text.Length > 512 ? ArrayPool<char>.Shared.Rent(text.Length) : null;
        var chars = rented ?? stackalloc char[512];
        var matches = regex!.IsMatch(chars[..Encoding.UTF8.GetChars(text, chars)]);
        if (rented is not null) ArrayPool<char>.Shared.Return(rented);
        return matches;
    }
}
