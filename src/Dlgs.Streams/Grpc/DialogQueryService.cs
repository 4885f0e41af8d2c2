using Dlgs.Streams.Client;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Core.Queries;
using Dlgs.Streams.Kafka;
using Dlgs.Streams.Records;
using Grpc.Core;

namespace Dlgs.Streams.Grpc;

/// <summary>
/// gRPC DialogQuery over the stores of this instance: arguments, then the wait for what the caller has written, a place among the scans, the
/// partitions that answer, and the answer. Runs on the asking thread, never on a lane's.
/// </summary>
internal sealed class DialogQueryService(StoreRegistry registry, QueryArguments arguments, QueryGate gate, TimeProvider time) : DialogQuery.DialogQueryBase
{
    /// <summary>How long a page is filled: where little matches, it comes with little.</summary>
    private static readonly TimeSpan PageTime = TimeSpan.FromMilliseconds(250);

    public override Task<CountResponse> Count(CountRequest request, ServerCallContext context)
    {
        var filters = arguments.Filters(request.Filters);
        var states = QueryArguments.States(request.States, StateSet.Ongoing);
        var excluded = arguments.CallId(request.ExcludeCallId, "exclude_call_id", least: 0);
        return AnswerAsync(request.Demand, filters.Any(f => f.IsScan(states)), only: null, context, (coverage, cancellation) =>
        {
            var response = new CountResponse { Coverage = coverage.Record };
            if (filters.Length == 0) response.Counts.Add(coverage.Answering.Sum(p => p.Store.Count(null, states, excluded)));
            foreach (var filter in filters.Select(f => f.Until(cancellation))) response.Counts.Add(coverage.Answering.Sum(p => filter.Count(p.Store, states, excluded)));
            return response;
        });
    }

    public override Task<GetResponse> Get(GetRequest request, ServerCallContext context)
    {
        var states = QueryArguments.States(request.States, StateSet.All);
        var limit = arguments.Page(request.Limit, "limit");
        switch (request.OfCase)
        {
            case GetRequest.OfOneofCase.CallId:
                return GetCall(request, states, limit, context);
            case GetRequest.OfOneofCase.Filter:
                if (request.HasFromTag || request.HasSinceCseq) throw QueryArguments.Invalid("from_tag, since_cseq", "with call_id only.");
                return GetMatching(request, arguments.Parse(request.Filter, "filter"), states, limit, context);
            case GetRequest.OfOneofCase.None:
            default:
                throw QueryArguments.Invalid("of", "call_id or filter.");
        }
    }

    public override Task<ListResponse> List(ListRequest request, ServerCallContext context)
    {
        var filters = arguments.Filters(request.Filters);
        var states = QueryArguments.States(request.States, StateSet.All);
        var size = arguments.Page(request.PageSize, "page_size");
        return AnswerAsync(request.Demand, isScan: true, only: null, context, (coverage, cancellation) =>
        {
            using var enough = new CancellationTokenSource(PageTime, time);
            var pages = new DialogPages(coverage.Answering, filters, states);
            pages.GoTo(request.PageToken);
            var response = new ListResponse { Coverage = coverage.Record };
            response.Dialogs.AddRange(pages.Take(size, cancellation, enough.Token));
            response.NextPageToken = pages.Token;
            return response;
        });
    }

    private Task<GetResponse> GetCall(GetRequest request, StateSet states, int limit, ServerCallContext context)
    {
        var callId = arguments.CallId(request.CallId, "call_id", least: 1);
        int? owner = registry.PartitionCount > 0 ? CallIdPartitioner.PartitionOf(callId, registry.PartitionCount) : null;
        return AnswerAsync(request.Demand, isScan: false, owner, context, (coverage, _) =>
        {
            var found = coverage.Answering[0].Store.Find(callId)
                .Where(d => states.Includes(d.State) && (!request.HasFromTag || d.Id.FromTag == request.FromTag) && (!request.HasSinceCseq || d.Id.SinceCSeq == request.SinceCseq))
                .ToArray();
            var response = new GetResponse { Coverage = coverage.Record, Limited = found.Length > limit };
            response.Dialogs.AddRange(found.Take(limit).Select(d => d.ToRecord()));
            return response;
        });
    }

    private Task<GetResponse> GetMatching(GetRequest request, QueryFilter filter, StateSet states, int limit, ServerCallContext context) =>
        AnswerAsync(request.Demand, isScan: true, only: null, context, (coverage, cancellation) =>
        {
            var pages = new DialogPages(coverage.Answering, [filter], states);
            var found = pages.Take(limit, cancellation);
            var response = new GetResponse { Coverage = coverage.Record, Limited = found.Count > limit || !pages.IsAtEnd };
            response.Dialogs.AddRange(found.Take(limit));
            return response;
        });

    private Task<TAnswer> AnswerAsync<TAnswer>(Demand? demand, bool isScan, int? only, ServerCallContext context, Func<ClusterCoverage, CancellationToken, TAnswer> answer) =>
        gate.RunAsync(async cancellation =>
        {
            await PositionWait.WaitAsync(registry, demand?.Positions ?? [], time, cancellation);
            // Nobody waits with a place among the scans in hand.
            using var place = isScan ? await gate.EnterScanAsync(cancellation) : null;
            return answer(ClusterCoverage.Find(registry, demand, only), cancellation);
        }, context.CancellationToken);
}
