using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Core.Queries;
using Grpc.Core;
using Queries = Dlgs.Streams.Core.Queries;
using Filter = Dlgs.Streams.Contracts.V1.DialogFilter;

namespace Dlgs.Streams.Grpc;

/// <summary>A filter of a request: by field, or by the operator's tag.</summary>
internal sealed record QueryFilter(Queries.DialogFilter? Field, string? Tag)
{
    /// <summary>Has to walk over values or rows.</summary>
    public bool IsScan => Field is { Operator: Queries.FilterOperator.Re or Queries.FilterOperator.Sw or Queries.FilterOperator.Fm };

    public bool Matches(Queries.StateSet states, Dlgs.Streams.Core.Dialogs.Dialog dialog) =>
        states.Includes(dialog.State) && (Tag is null || dialog.Tags.Contains(Tag)) && (Field is null || Field.Matches(dialog));
}

/// <summary>Requests in the core's terms; what is wrong is INVALID_ARGUMENT, naming the field and what is allowed.</summary>
internal static class QueryArguments
{
    private const int MaxFilters = 32;
    private const int MaxPage = 1_000;
    private const int DefaultPage = 100;
    private const int MaxTag = 1_024;

    public static QueryFilter[] Filters(IReadOnlyList<Filter> filters)
    {
        if (filters.Count > MaxFilters) throw Invalid("filters", $"at most {MaxFilters}.");
        return [.. filters.Select((filter, i) => Parse(filter, $"filters[{i}]"))];
    }

    public static QueryFilter Parse(Filter filter, string name)
    {
        if (filter.HasTag) return filter.Tag.Length is > 0 and <= MaxTag ? new QueryFilter(null, filter.Tag) : throw Invalid($"{name}.tag", $"1 to {MaxTag} characters.");
        if (!Queries.DialogFilter.TryCreate((Queries.DialogField)filter.Field, (Queries.FilterOperator)filter.Operator, filter.Value, out var parsed, out var error)) throw Invalid(name, error!);
        return new QueryFilter(parsed, null);
    }

    public static Queries.StateSet States(IReadOnlyList<DialogState> states, Queries.StateSet allowed)
    {
        if (states.Count == 0) return allowed;
        var set = Queries.StateSet.None;
        foreach (var state in states)
        {
            var bit = state == DialogState.Unspecified || !Enum.IsDefined(state) ? Queries.StateSet.None : (Queries.StateSet)(1 << (int)state);
            if (bit == Queries.StateSet.None || !allowed.HasFlag(bit)) throw Invalid("states", $"{allowed}.");
            set |= bit;
        }
        return set;
    }

    public static int Page(int size, string name) => size switch
    {
        0 => DefaultPage,
        > 0 and <= MaxPage => size,
        _ => throw Invalid(name, $"1 to {MaxPage}, or 0 for {DefaultPage}."),
    };

    public static RpcException Invalid(string field, string allowed) => new(new Status(StatusCode.InvalidArgument, $"{field}: {allowed}"));
}
