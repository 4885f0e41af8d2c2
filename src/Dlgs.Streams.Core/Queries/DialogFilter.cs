namespace Dlgs.Streams.Core.Queries;

/// <summary>The fields that dlgs filters on. <see cref="Any"/> means any of the three.</summary>
public enum DialogField : byte
{
    Any = 0,
    Src = 1,
    Dst = 2,
    Data = 3,
}

/// <summary>The five operators of dlgs.</summary>
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
    public DialogField Field { get; }
    public FilterOperator Operator { get; }

    /// <summary>The value or pattern as it came.</summary>
    public ReadOnlyMemory<byte> Value { get; }

    /// <summary>Whether one value (UTF-8) matches by the operator alone. For <see cref="DialogField.Any"/> a dialog matches when any of its three does.</summary>
    public bool Matches(ReadOnlySpan<byte> value) => throw new NotImplementedException();
}
