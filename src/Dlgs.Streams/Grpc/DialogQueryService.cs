using System.Globalization;
using System.Text;
using Dlgs.Streams.Client;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Core.Queries;
using Dlgs.Streams.Core.Stores;
using Dlgs.Streams.Kafka;
using Dlgs.Streams.Records;
using Grpc.Core;
using Derived = Dlgs.Streams.Core.Dialogs;

namespace Dlgs.Streams.Grpc;

/// <summary>gRPC DialogQuery over the stores of this instance. Runs on the asking thread, never on a lane's.</summary>
internal sealed class DialogQueryService(StoreRegistry registry, ScanGate scans) : DialogQuery.DialogQueryBase
{
    public override async Task<CountResponse> Count(CountRequest request, ServerCallContext context)
    {
        var filters = QueryArguments.Filters(request.Filters);
        var states = QueryArguments.States(request.States, StateSet.Ongoing);
        var excluded = Encoding.UTF8.GetBytes(request.ExcludeCallId);
        // Of a part of the states there are no counters by value.
        using var place = await EnterAsync(filters.Any(f => f.IsScan) || states != StateSet.Ongoing && filters.Length > 0, context.CancellationToken);
        var coverage = await ClusterCoverage.GatherAsync(registry, request.Demand, context.CancellationToken);
        var response = new CountResponse { Coverage = coverage.ToRecord() };
        if (filters.Length == 0) response.Counts.Add(Sum(coverage, store => store.Count(null, states, excluded), context));
        foreach (var filter in filters)
            response.Counts.Add(Sum(coverage, store => filter.Tag is { } tag ? CountTagged(store, tag, states, excluded) : store.Count(filter.Field, states, excluded), context));
        return response;
    }

    public override async Task<GetResponse> Get(GetRequest request, ServerCallContext context)
    {
        var states = QueryArguments.States(request.States, StateSet.All);
        var limit = QueryArguments.Page(request.Limit, "limit");
        var coverage = await ClusterCoverage.GatherAsync(registry, request.Demand, context.CancellationToken);
        var response = new GetResponse { Coverage = coverage.ToRecord() };
        switch (request.OfCase)
        {
            case GetRequest.OfOneofCase.CallId:
                response.Dialogs.AddRange(Find(coverage, request, states).Take(limit).Select(d => d.ToRecord()));
                return response;
            case GetRequest.OfOneofCase.Filter:
                var filter = QueryArguments.Parse(request.Filter, "filter");
                using (await EnterAsync(true, context.CancellationToken))
                    response.Dialogs.AddRange(new DialogPages(coverage.Active, [filter], states).Take(limit, context.CancellationToken));
                return response;
            case GetRequest.OfOneofCase.None:
            default:
                throw QueryArguments.Invalid("of", "call_id or filter.");
        }
    }

    public override async Task<ListResponse> List(ListRequest request, ServerCallContext context)
    {
        var filters = QueryArguments.Filters(request.Filters);
        var states = QueryArguments.States(request.States, StateSet.All);
        var size = QueryArguments.Page(request.PageSize, "page_size");
        using var place = await EnterAsync(true, context.CancellationToken);
        var coverage = await ClusterCoverage.GatherAsync(registry, request.Demand, context.CancellationToken);
        var pages = new DialogPages(coverage.Active, filters, states);
        if (!pages.TryGoTo(request.PageToken)) throw QueryArguments.Invalid("page_token", "what next_page_token of the answer before had.");
        var response = new ListResponse { Coverage = coverage.ToRecord() };
        response.Dialogs.AddRange(pages.Take(size, context.CancellationToken));
        response.NextPageToken = pages.Token;
        return response;
    }

    private IEnumerable<Derived.Dialog> Find(ClusterCoverage coverage, GetRequest request, StateSet states)
    {
        var callId = Encoding.UTF8.GetBytes(request.CallId);
        if (callId.Length == 0) throw QueryArguments.Invalid("call_id", "not empty.");
        var owner = registry.PartitionCount == 0 ? -1 : CallIdPartitioner.PartitionOf(callId, registry.PartitionCount);
        if (coverage.Active.Find(v => v.Partition == owner)?.Store is not { } store)
            throw new RpcException(new Status(StatusCode.Unavailable, $"Partition {owner}, which has the Call-ID, does not answer."));
        return store.Find(callId).Where(d => states.Includes(d.State) && (!request.HasFromTag || d.Id.FromTag == request.FromTag));
    }

    private static long Sum(ClusterCoverage coverage, Func<DialogStore, long> count, ServerCallContext context)
    {
        long sum = 0;
        foreach (var view in coverage.Active)
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            if (view.Store is { } store) sum += count(store);
        }
        return sum;
    }

    private static long CountTagged(DialogStore store, string tag, StateSet states, byte[] excluded)
    {
        if (states != StateSet.Ongoing) throw QueryArguments.Invalid("states", "tags are counted over all ongoing states.");
        return store.CountTagged(Encoding.UTF8.GetBytes(tag), excluded);
    }

    private async Task<IDisposable?> EnterAsync(bool isScan, CancellationToken cancellation) => !isScan ? null
        : await scans.EnterAsync(cancellation) ?? throw new RpcException(new Status(StatusCode.ResourceExhausted, "Too many scanning queries (re, sw, fm, lists) at once; ask again, or ask by eq."));
}

/// <summary>A walk over the dialogs of several partitions that can be interrupted: the token names the partition and the place in it.</summary>
internal sealed class DialogPages(List<PartitionView> views, QueryFilter[] filters, StateSet states)
{
    private int partition;
    private long cursor;

    /// <summary>Where to go on; empty: at the end.</summary>
    public string Token => partition == int.MaxValue ? "" : string.Create(CultureInfo.InvariantCulture, $"{partition}.{cursor}");

    public bool TryGoTo(string token)
    {
        if (token.Length == 0) return true;
        var parts = token.Split('.');
        return parts.Length == 2 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out partition)
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out cursor);
    }

    public List<Dialog> Take(int limit, CancellationToken cancellation)
    {
        var taken = new List<Dialog>();
        var field = filters.FirstOrDefault(f => f.Field is not null)?.Field;
        while (taken.Count < limit && partition != int.MaxValue)
        {
            cancellation.ThrowIfCancellationRequested();
            if (views.Find(v => v.Partition >= partition) is not { } view)
            {
                partition = int.MaxValue;
                break;
            }
            if (view.Partition != partition) (partition, cursor) = (view.Partition, 0);
            if (view.Store is { } store) taken.AddRange(store.List(field, states, limit - taken.Count, ref cursor).Where(d => filters.All(f => f.Matches(states, d))).Select(d => d.ToRecord()));
            else cursor = -1;
            if (cursor < 0) (partition, cursor) = (partition + 1, 0);
        }
        return taken;
    }
}
