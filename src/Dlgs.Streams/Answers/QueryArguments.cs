using System.Text;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Core.Queries;
using Dlgs.Streams.Settings;
using Microsoft.Extensions.Options;
using Filter = Dlgs.Streams.Contracts.V1.DialogFilter;
using Queries = Dlgs.Streams.Core.Queries;

namespace Dlgs.Streams.Answers;

/// <summary>Requests in the core's terms; what is wrong is refused, naming the field and what is allowed.</summary>
internal sealed class QueryArguments(IOptions<DlgsOptions> options)
{
    private const int DefaultPage = 100;

    private readonly DlgsOptions settings = options.Value;
    private readonly FilterLimits limits = new(options.Value.LimitText, options.Value.QueryPattern, options.Value.QueryPositions);

    public QueryFilter[] Filters(IReadOnlyList<Filter> filters)
    {
        if (filters.Count > settings.QueryFilters) throw QueryRefusal.Argument("filters", $"at most {settings.QueryFilters}.");
        return [.. filters.Select((filter, i) => Parse(filter, $"filters[{i}]"))];
    }

    public QueryFilter Parse(Filter filter, string name)
    {
        if (filter.HasTag) return new QueryFilter(name, null, Text(filter.Tag, $"{name}.tag", least: 1, settings.LimitTag));
        if (!Enum.IsDefined(filter.Field)) throw QueryRefusal.Argument($"{name}.field", $"{DialogFields.Names.Either}.");
        if (!Enum.IsDefined(filter.Operator)) throw QueryRefusal.Argument($"{name}.operator", $"{FilterOperators.Names.Either}.");
        var (field, op) = ((Queries.DialogField)filter.Field, (Queries.FilterOperator)filter.Operator);
        if (Queries.DialogFilter.Create(field, op, filter.Value, limits, out var error) is not { } parsed)
            throw QueryRefusal.Argument($"{name}.{error!.Part}", error.Allowed);
        return new QueryFilter(name, parsed, null);
    }

    public static StateSet States(IReadOnlyList<DialogState> states, StateSet allowed)
    {
        if (states.Count == 0) return allowed;
        var set = StateSet.None;
        foreach (var state in states)
        {
            var one = Enum.IsDefined(state) && state != DialogState.Unspecified ? (StateSet)(1 << (int)state) : StateSet.None;
            if (one == StateSet.None || !allowed.HasFlag(one))
                throw QueryRefusal.Argument("states",
                    $"{(allowed == StateSet.Ongoing ? "counts are of ongoing dialogs: " : "")}{string.Join(", ", allowed.Names())}.");
            set |= one;
        }
        return set;
    }

    public int Page(int size, string name) =>
        size == 0 ? Math.Min(DefaultPage, settings.QueryPage)
        : size > 0 && size <= settings.QueryPage ? size
        : throw QueryRefusal.Argument(name, $"1 to {settings.QueryPage}, or 0 for {Math.Min(DefaultPage, settings.QueryPage)}.");

    public byte[] CallId(string callId, string name, int least) => Encoding.UTF8.GetBytes(Text(callId, name, least, settings.LimitCallId));

    private static string Text(string text, string name, int least, int most) =>
        Encoding.UTF8.GetByteCount(text) is var bytes && bytes >= least && bytes <= most
            ? text
            : throw QueryRefusal.Argument(name, $"{least} to {most} bytes.");
}
