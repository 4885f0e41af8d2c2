using System.ComponentModel;
using Dlgs.Streams.Answers;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Core.Queries;
using Microsoft.AspNetCore.Mvc;
using DialogState = Dlgs.Streams.Contracts.V1.DialogState;
using Filter = Dlgs.Streams.Contracts.V1.DialogFilter;

namespace Dlgs.Streams.Http;

/// <summary>Which dialogs a query string is about; all that it says has to hold.</summary>
internal sealed record SelectionParameters
{
    [FromQuery(Name = "field"), Description("any, src, dst or data; with op and value.")]
    public string? Field { get; init; }

    [FromQuery(Name = "op"), Description("eq, ne, re (POSIX extended regular expression, any case), sw (starts with) or fm (fnmatch).")]
    public string? Operator { get; init; }

    [FromQuery(Name = "value"), Description("What the field is compared with.")]
    public string? Value { get; init; }

    [FromQuery(Name = "tag"), Description("The dialog carries it. May be given several times.")]
    public string[]? Tags { get; init; }

    [FromQuery(Name = "state"), Description("init, progress, answered, confirmed, terminated or notanswered. May be given several times. Default: all.")]
    public string[]? States { get; init; }

    /// <summary>One filter of all that has to hold; none: all dialogs.</summary>
    public IEnumerable<Filter> ToFilters()
    {
        Filter[] conditions = [.. Comparison(), .. (Tags ?? []).Select(tag => new Filter { Tag = tag })];
        if (conditions.Length == 0) return [];
        conditions[0].Also.AddRange(conditions[1..]);
        return conditions[..1];
    }

    public IEnumerable<DialogState> ToStates() =>
        (States ?? []).Select(name => DialogStates.TryParse(name, out var state)
            ? (DialogState)state
            : throw QueryRefusal.Argument("state", $"{DialogStates.Names.Either}."));

    private IEnumerable<Filter> Comparison()
    {
        if (Field is null && Operator is null && Value is null) yield break;
        if (Field is null || Operator is null || Value is null) throw QueryRefusal.Argument("field, op, value", "all three, or none.");
        yield return new Filter
        {
            Field = (Contracts.V1.DialogField)ParameterText.Name(Field, "field", DialogFields.Names),
            Operator = (Contracts.V1.FilterOperator)ParameterText.Name(Operator, "op", FilterOperators.Names),
            Value = Value,
        };
    }
}
