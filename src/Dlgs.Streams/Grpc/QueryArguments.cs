using System.Text;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Core.Queries;
using Dlgs.Streams.Operations;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Filter = Dlgs.Streams.Contracts.V1.DialogFilter;
using Queries = Dlgs.Streams.Core.Queries;

namespace Dlgs.Streams.Grpc;

/// <summary>Requests in the core's terms; what is wrong is INVALID_ARGUMENT, naming the field and what is allowed.</summary>
internal sealed class QueryArguments(IOptions<DlgsOptions> options)
{
    private const int DefaultPage = 100;

    private readonly DlgsOptions settings = options.Value;
    private readonly FilterLimits limits = new(options.Value.LimitText, options.Value.QueryPattern, options.Value.QueryPositions);

    public QueryFilter[] Filters(IReadOnlyList<Filter> filters)
    {
        if (filters.Count > settings.QueryFilters) throw Invalid("filters", $"at most {settings.QueryFilters}.");
        return [.. filters.Select((filter, i) => Parse(filter, $"filters[{i}]"))];
    }

    public QueryFilter Parse(Filter filter, string name)
    {
        if (filter.HasTag) return new QueryFilter(name, null, Text(filter.Tag, $"{name}.tag", least: 1, settings.LimitTag));
        if (!Enum.IsDefined(filter.Field)) throw Invalid($"{name}.field", $"{DialogFields.Names.Either}.");
        if (!Enum.IsDefined(filter.Operator)) throw Invalid($"{name}.operator", $"{FilterOperators.Names.Either}.");
        var (field, op) = ((Queries.DialogField)filter.Field, (Queries.FilterOperator)filter.Operator);
        if (Queries.DialogFilter.Create(field, op, filter.Value, limits, out var error) is not { } parsed) throw Invalid($"{name}.{error!.Part}", error.Allowed);
        return new QueryFilter(name, parsed, null);
    }

    public static StateSet States(IReadOnlyList<DialogState> states, StateSet allowed)
    {
        if (states.Count == 0) return allowed;
        var set = StateSet.None;
        foreach (var state in states)
        {
            var one = Enum.IsDefined(state) && state != DialogState.Unspecified ? (StateSet)(1 << (int)state) : StateSet.None;
            if (one == StateSet.None || !allowed.HasFlag(one)) throw Invalid("states", $"{(allowed == StateSet.Ongoing ? "counts are of ongoing dialogs: " : "")}{string.Join(", ", allowed.Names())}.");
            set |= one;
        }
        return set;
    }

    public int Page(int size, string name) =>
        size == 0 ? Math.Min(DefaultPage, settings.QueryPage)
        : size > 0 && size <= settings.QueryPage ? size
        : throw Invalid(name, $"1 to {settings.QueryPage}, or 0 for {Math.Min(DefaultPage, settings.QueryPage)}.");

    public byte[] CallId(string callId, string name, int least) => Encoding.UTF8.GetBytes(Text(callId, name, least, settings.LimitCallId));

    public static RpcException Invalid(string field, string allowed) => new(new Status(StatusCode.InvalidArgument, $"{field}: {allowed}"));

    private static string Text(string text, string name, int least, int most) =>
        Encoding.UTF8.GetByteCount(text) is var bytes && bytes >= least && bytes <= most ? text : throw Invalid(name, $"{least} to {most} bytes.");
}
