using System.Collections.Concurrent;
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
    private const int KeptPatterns = 256;

    private readonly DlgsOptions settings = options.Value;
    private readonly FilterLimits limits = new(options.Value.LimitText, options.Value.QueryPattern);

    /// <summary>A policy engine asks the same patterns again and again, and a pattern costs more to compile than to match.</summary>
    private readonly ConcurrentDictionary<(Queries.DialogField, Queries.FilterOperator, string), Queries.DialogFilter> patterns = new();

    public QueryFilter[] Filters(IReadOnlyList<Filter> filters)
    {
        if (filters.Count > settings.QueryFilters) throw Invalid("filters", $"at most {settings.QueryFilters}.");
        return [.. filters.Select((filter, i) => Parse(filter, $"filters[{i}]"))];
    }

    public QueryFilter Parse(Filter filter, string name)
    {
        if (filter.HasTag) return new QueryFilter(null, Text(filter.Tag, $"{name}.tag", least: 1, settings.LimitTag));
        if (!Enum.IsDefined(filter.Field)) throw Invalid($"{name}.field", "any, src, dst or data.");
        if (!Enum.IsDefined(filter.Operator)) throw Invalid($"{name}.operator", "eq, ne, re, sw or fm.");
        var (field, op) = ((Queries.DialogField)filter.Field, (Queries.FilterOperator)filter.Operator);
        if (patterns.TryGetValue((field, op, filter.Value), out var kept)) return new QueryFilter(kept, null);
        if (Queries.DialogFilter.Create(field, op, filter.Value, limits, out var error) is not { } parsed) throw Invalid($"{name}.{error!.Part}", error.Allowed);
        if (parsed.IsPattern) Keep(parsed, filter.Value);
        return new QueryFilter(parsed, null);
    }

    public static StateSet States(IReadOnlyList<DialogState> states, StateSet allowed)
    {
        if (states.Count == 0) return allowed;
        var set = StateSet.None;
        foreach (var state in states)
        {
            var one = Enum.IsDefined(state) && state != DialogState.Unspecified ? (StateSet)(1 << (int)state) : StateSet.None;
            if (one == StateSet.None || !allowed.HasFlag(one)) throw Invalid("states", allowed == StateSet.Ongoing ? "counts are of ongoing dialogs: init, progress, answered, confirmed." : "init, progress, answered, confirmed, terminated, notanswered.");
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

    private void Keep(Queries.DialogFilter pattern, string value)
    {
        // Rarely full, and then all the same: what is in use comes back with the next query.
        if (patterns.Count >= KeptPatterns) patterns.Clear();
        patterns[(pattern.Field, pattern.Operator, value)] = pattern;
    }
}
