using System.Text;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Core.Queries;
using Dlgs.Streams.Core.Stores;
using Dlgs.Streams.Records;

namespace Dlgs.Streams.Answers;

/// <summary>
/// Which dialogs there are, and how many, from the stores of this instance, for any surface. Each throws <see cref="QueryRefusal"/>.
/// </summary>
internal sealed class DialogAnswers(QueryArguments arguments, QueryPath path, ClusterQueries cluster, TimeProvider time)
{
    /// <summary>How long a page is filled: where little matches, it comes with little.</summary>
    private static readonly TimeSpan PageTime = TimeSpan.FromMilliseconds(250);

    public Task<CountResponse> CountAsync(CountRequest request, Caller caller)
    {
        var selections = arguments.Each(request.Filters, QueryArguments.States(request.States, StateSet.Ongoing));
        var excluded = arguments.CallId(request.ExcludeCallId, "exclude_call_id", least: 0);
        var upToCall = arguments.CallId(request.UpToCallId, "up_to_call_id", least: 0);
        var isScan = selections.Any(s => s.IsScan);
        if (cluster.Spans(caller)) return cluster.CountAsync(request, upToCall, isScan, caller);
        return path.AnswerAsync(request.Demand, isScan, only: null, (coverage, pause) =>
        {
            var response = new CountResponse { Coverage = coverage.Record };
            // Whoever asks for the cluster has found it, and says it to all.
            var upTo = caller.Peer is { } peer ? peer.UpTo : BegunAt(upToCall, coverage);
            foreach (var selection in selections) response.Counts.Add(Count(selection));
            return response;

            long Count(QuerySelection selection)
            {
                var pausing = selection.IsScan ? selection.Pausing(pause) : selection.Selection;
                long count = 0;
                foreach (var partition in coverage.Answering)
                {
                    pause(selection.Name);
                    count += partition.Store.Count(pausing, excluded, upTo);
                }
                return count;
            }
        }, caller);
    }

    /// <summary>When a call began to count, for counts up to it.</summary>
    public Task<BeginAnswer> BeginAsync(BeginQuestion question, Caller caller)
    {
        var callId = arguments.CallId(question.CallId, "call_id", least: 1);
        return path.AnswerAsync(question.Demand, isScan: false, path.PartitionOf(callId),
            (coverage, _) => new BeginAnswer { Begin = BegunAt(callId, coverage).ToRecord() }, caller);
    }

    public Task<GetResponse> GetAsync(GetRequest request, Caller caller)
    {
        var states = QueryArguments.States(request.States, StateSet.All);
        var (limit, view) = (arguments.Page(request.Limit, "limit"), QueryArguments.View(request.View));
        if (request.OfCase != GetRequest.OfOneofCase.CallId && (request.HasFromTag || request.HasSinceCseq))
            throw QueryRefusal.Argument("from_tag, since_cseq", "with call_id only.");
        switch (request.OfCase)
        {
            case GetRequest.OfOneofCase.CallId:
                var callId = arguments.CallId(request.CallId, "call_id", least: 1);
                if (cluster.Spans(caller)) return cluster.GetAsync(request, callId, caller);
                return FindAsync(request.Demand, request.CallId, d => states.Includes(d.State)
                    && (!request.HasFromTag || d.Id.FromTag == request.FromTag)
                    && (!request.HasSinceCseq || d.Id.SinceCSeq == request.SinceCseq), limit, view, caller);
            case GetRequest.OfOneofCase.DialogId:
                var id = arguments.DialogId(request.DialogId, "dialog_id");
                if (cluster.Spans(caller)) return cluster.GetAsync(request, Encoding.UTF8.GetBytes(id.CallId), caller);
                return FindAsync(request.Demand, id.CallId, d => states.Includes(d.State) && d.Id == id, limit, view, caller);
            case GetRequest.OfOneofCase.Filter:
                var selection = arguments.One(request.Filter, "filter", states);
                if (cluster.Spans(caller)) return cluster.FindMatchingAsync(request, limit, caller);
                return FindMatchingAsync(request, selection, limit, view, caller);
            case GetRequest.OfOneofCase.None:
            default:
                throw QueryRefusal.Argument("of", "call_id, dialog_id or filter.");
        }
    }

    public Task<ListResponse> ListAsync(ListRequest request, Caller caller)
    {
        var selection = arguments.All(request.Filters, QueryArguments.States(request.States, StateSet.All));
        var (size, view) = (arguments.Page(request.PageSize, "page_size"), QueryArguments.View(request.View));
        var begunBy = QueryArguments.Instant(request.InitBefore, "init_before");
        var from = PagePlace.Read(request.PageToken);
        if (cluster.Spans(caller)) return cluster.ListAsync(request, from, size, caller);
        return path.AnswerAsync(request.Demand, isScan: true, only: null, (coverage, pause) =>
        {
            using var enough = new CancellationTokenSource(PageTime, time);
            var pages = new DialogPages(coverage.Answering, selection.Pausing(pause), begunBy, from);
            var response = new ListResponse { Coverage = coverage.Record };
            response.Dialogs.AddRange(pages.Take(size, enough.Token).Select(dialog => dialog.ToRecord(view)));
            response.NextPageToken = pages.Token;
            return response;
        }, caller);
    }

    /// <summary>Page after page; the next one is looked for when the caller has taken the one before.</summary>
    public async IAsyncEnumerable<ListResponse> StreamListAsync(ListRequest request, Caller caller)
    {
        var next = request.Clone();
        do
        {
            var page = await ListAsync(next, caller);
            yield return page;
            next.PageToken = page.NextPageToken;
        }
        while (next.PageToken.Length > 0);
    }

    private LamportTime? BegunAt(byte[] callId, ClusterCoverage coverage)
    {
        if (callId.Length == 0 || path.PartitionOf(callId) is not { } partition) return null;
        return coverage.Answering.Where(answering => answering.Partition == partition).Select(answering => answering.Store.BegunAt(callId)).FirstOrDefault();
    }

    private Task<GetResponse> FindAsync(
        Demand? demand, string callId, Func<Core.Dialogs.Dialog, bool> matches, int limit, DialogView view, Caller caller)
    {
        var key = Encoding.UTF8.GetBytes(callId);
        return path.AnswerAsync(demand, isScan: false, path.PartitionOf(key), (coverage, _) =>
        {
            var found = coverage.Answering[0].Store.Find(key).Where(matches).ToArray();
            return Answer(coverage, found, isLimited: found.Length > limit, limit, view);
        }, caller);
    }

    private Task<GetResponse> FindMatchingAsync(GetRequest request, QuerySelection selection, int limit, DialogView view, Caller caller) =>
        path.AnswerAsync(request.Demand, isScan: true, only: null, (coverage, pause) =>
        {
            var pages = new DialogPages(coverage.Answering, selection.Pausing(pause));
            var found = pages.Take(limit);
            return Answer(coverage, found, isLimited: found.Count > limit || !pages.IsAtEnd, limit, view);
        }, caller);

    private static GetResponse Answer(ClusterCoverage coverage, IEnumerable<Core.Dialogs.Dialog> found, bool isLimited, int limit, DialogView view)
    {
        var response = new GetResponse { Coverage = coverage.Record, Limited = isLimited };
        response.Dialogs.AddRange(found.Take(limit).Select(dialog => dialog.ToRecord(view)));
        return response;
    }
}
