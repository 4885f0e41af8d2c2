using Dlgs.Streams.Client;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Core.Queries;
using Dlgs.Streams.Partitions;
using Dlgs.Streams.Records;

namespace Dlgs.Streams.Answers;

/// <summary>
/// Which dialogs there are, and how many, from the stores of this instance, for any surface. Each throws <see cref="QueryRefusal"/>.
/// </summary>
internal sealed class DialogAnswers(PartitionRegistry registry, QueryArguments arguments, QueryPath path, TimeProvider time)
{
    /// <summary>How long a page is filled: where little matches, it comes with little.</summary>
    private static readonly TimeSpan PageTime = TimeSpan.FromMilliseconds(250);

    public Task<CountResponse> CountAsync(CountRequest request, CancellationToken caller)
    {
        var filters = arguments.Filters(request.Filters);
        var states = QueryArguments.States(request.States, StateSet.Ongoing);
        var excluded = arguments.CallId(request.ExcludeCallId, "exclude_call_id", least: 0);
        return path.AnswerAsync(request.Demand, filters.Any(f => f.IsScan(states)), only: null, (coverage, pause) =>
        {
            var response = new CountResponse { Coverage = coverage.Record };
            if (filters.Length == 0) response.Counts.Add(coverage.Answering.Sum(p => p.Store.Count(null, states, excluded)));
            foreach (var filter in filters) response.Counts.Add(Count(filter.Pausing(pause), coverage));
            return response;

            long Count(QueryFilter filter, ClusterCoverage coverage) => coverage.Answering.Sum(partition =>
            {
                pause(filter.Name);
                return filter.Count(partition.Store, states, excluded);
            });
        }, caller);
    }

    public Task<GetResponse> GetAsync(GetRequest request, CancellationToken caller)
    {
        var states = QueryArguments.States(request.States, StateSet.All);
        var limit = arguments.Page(request.Limit, "limit");
        switch (request.OfCase)
        {
            case GetRequest.OfOneofCase.CallId:
                return GetCallAsync(request, states, limit, caller);
            case GetRequest.OfOneofCase.Filter:
                if (request.HasFromTag || request.HasSinceCseq) throw QueryRefusal.Argument("from_tag, since_cseq", "with call_id only.");
                return GetMatchingAsync(request, arguments.Parse(request.Filter, "filter"), states, limit, caller);
            case GetRequest.OfOneofCase.None:
            default:
                throw QueryRefusal.Argument("of", "call_id or filter.");
        }
    }

    public Task<ListResponse> ListAsync(ListRequest request, CancellationToken caller)
    {
        var filters = arguments.Filters(request.Filters);
        var states = QueryArguments.States(request.States, StateSet.All);
        var size = arguments.Page(request.PageSize, "page_size");
        return path.AnswerAsync(request.Demand, isScan: true, only: null, (coverage, pause) =>
        {
            using var enough = new CancellationTokenSource(PageTime, time);
            var pages = new DialogPages(coverage.Answering, Array.ConvertAll(filters, filter => filter.Pausing(pause)), states);
            pages.GoTo(request.PageToken);
            var response = new ListResponse { Coverage = coverage.Record };
            response.Dialogs.AddRange(pages.Take(size, () => pause("page_size"), enough.Token));
            response.NextPageToken = pages.Token;
            return response;
        }, caller);
    }

    private Task<GetResponse> GetCallAsync(GetRequest request, StateSet states, int limit, CancellationToken caller)
    {
        var callId = arguments.CallId(request.CallId, "call_id", least: 1);
        int? owner = registry.PartitionCount > 0 ? CallIdPartitioner.PartitionOf(callId, registry.PartitionCount) : null;
        return path.AnswerAsync(request.Demand, isScan: false, owner, (coverage, _) =>
        {
            var found = coverage.Answering[0].Store.Find(callId)
                .Where(d => states.Includes(d.State)
                    && (!request.HasFromTag || d.Id.FromTag == request.FromTag)
                    && (!request.HasSinceCseq || d.Id.SinceCSeq == request.SinceCseq))
                .ToArray();
            var response = new GetResponse { Coverage = coverage.Record, Limited = found.Length > limit };
            response.Dialogs.AddRange(found.Take(limit).Select(d => d.ToRecord()));
            return response;
        }, caller);
    }

    private Task<GetResponse> GetMatchingAsync(GetRequest request, QueryFilter filter, StateSet states, int limit, CancellationToken caller) =>
        path.AnswerAsync(request.Demand, isScan: true, only: null, (coverage, pause) =>
        {
            var pages = new DialogPages(coverage.Answering, [filter.Pausing(pause)], states);
            var found = pages.Take(limit, () => pause("filter"));
            var response = new GetResponse { Coverage = coverage.Record, Limited = found.Count > limit || !pages.IsAtEnd };
            response.Dialogs.AddRange(found.Take(limit));
            return response;
        }, caller);
}
