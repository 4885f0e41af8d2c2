using System.Text;
using Dlgs.Streams.Access;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Core.Queries;
using Dlgs.Streams.Records;
using Dialog = Dlgs.Streams.Core.Dialogs.Dialog;
using EndReason = Dlgs.Streams.Core.Dialogs.EndReason;

namespace Dlgs.Streams.Answers;

/// <summary>Ends dialogs that are stuck. Throws <see cref="QueryRefusal"/>.</summary>
internal sealed class DialogCloses(QueryArguments arguments, QueryPath path, OperatorEvents events, ClusterQueries cluster, AuditLog audit)
{
    /// <summary>Whoever proved who it is closes under that name, whatever it says.</summary>
    public Task<CloseResponse> CloseAsync(CloseRequest request, Caller caller) => audit.CloseAsync(caller, request, async () =>
    {
        var signed = caller.Who.Name is { } name ? new CloseRequest(request) { ClosedBy = arguments.AsTag(name) } : request;
        var response = await CloseSignedAsync(signed, caller);
        Contracts.V1.Dialog[] shown = [.. Withheld.For(caller, response.Dialogs)];
        response.Dialogs.Clear();
        response.Dialogs.AddRange(shown);
        return response;
    });

    private Task<CloseResponse> CloseSignedAsync(CloseRequest request, Caller caller)
    {
        var closedBy = arguments.Tag(request.ClosedBy, "closed_by");
        var (callId, find) = Read(request, caller.Peer);
        if (cluster.Spans(caller)) return cluster.CloseAsync(request, callId, arguments.LargestPage, caller);
        return path.WriteAsync(isScan: callId is null, async cancellation =>
        {
            var found = await find(cancellation);
            var response = new CloseResponse { Coverage = found.Coverage, Limited = found.IsLimited };
            var closed = found.Dialogs;
            if (!request.DryRun && closed.Count > 0)
            {
                response.Positions.AddRange(await events.AppendAsync(closed.Select(dialog => Close(dialog, closedBy)), cancellation));
                if (!request.NoWait) closed = await CheckAsync(request, response, closed, cancellation);
            }
            response.Dialogs.AddRange(closed.Select(dialog => dialog.ToRecord()));
            return response;
        }, caller);
    }

    /// <summary>The one Call that it is about (null: those that match), and how its dialogs are found here.</summary>
    private (byte[]? CallId, Func<CancellationToken, Task<Found>> Find) Read(CloseRequest request, PeerScope? peer)
    {
        var states = QueryArguments.States(request.States, StateSet.Ongoing);
        var begunBy = QueryArguments.Instant(request.InitBefore, "init_before");
        switch (request.OfCase)
        {
            case CloseRequest.OfOneofCase.CallId:
                return Named(new NamedDialogs(arguments.CallId(request.CallId, "call_id", least: 1)));
            case CloseRequest.OfOneofCase.DialogId:
                var id = arguments.DialogId(request.DialogId, "dialog_id");
                return Named(new NamedDialogs(Encoding.UTF8.GetBytes(id.CallId)) { FromTag = id.FromTag, SinceCSeq = id.SinceCSeq });
            case CloseRequest.OfOneofCase.Filter:
                // What JSON's {} means: every call without data, which nobody wants to end.
                if (!request.Filter.HasTag && request.Filter.Value.Length == 0 && request.Filter.Also.Count == 0)
                    throw QueryRefusal.Argument("filter", "a value or a tag.");
                return (null, FindMatching(request.Demand, arguments.One(request.Filter, "filter", states), begunBy, peer));
            case CloseRequest.OfOneofCase.None:
            default:
                throw QueryRefusal.Argument("of", "call_id, dialog_id or filter.");
        }

        (byte[]?, Func<CancellationToken, Task<Found>>) Named(NamedDialogs named) =>
            (named.CallId, FindNamed(request.Demand, named with { States = states, BegunBy = begunBy }));
    }

    private Func<CancellationToken, Task<Found>> FindNamed(Demand? demand, NamedDialogs named) => cancellation =>
        path.FindAsync(demand, isScan: false, path.PartitionOf(named.CallId), (coverage, _) =>
            new Found(coverage.Record, named.FindOngoing(coverage.Answering[0].Store), IsLimited: false), peer: null, cancellation);

    private Func<CancellationToken, Task<Found>> FindMatching(Demand? demand, QuerySelection selection, SipTime? begunBy, PeerScope? peer) => cancellation =>
        path.FindAsync(demand, isScan: true, only: null, (coverage, pause) =>
        {
            var pages = new DialogPages(coverage.Answering, selection.Pausing(pause), begunBy);
            var most = peer is { Limit: > 0 } ? peer.Limit : arguments.LargestPage;
            var found = pages.Take(most);
            return new Found(coverage.Record, [.. found.Take(most)], found.Count > most || !pages.IsAtEnd);
        }, peer, cancellation);

    private SipEvent Close(Dialog dialog, string closedBy)
    {
        var sipEvent = events.Begin(Encoding.UTF8.GetBytes(dialog.Id.CallId), dialog.Id.FromTag, dialog.LastSeen);
        sipEvent.Close = new Close { SinceCseq = dialog.Id.SinceCSeq, ClosedBy = closedBy };
        return sipEvent;
    }

    /// <summary>
    /// Those that are closed now. One that goes on is an error where it was named, or where nothing else was closed; else it is among those that match
    /// still, for whoever asks again.
    /// </summary>
    private async Task<IReadOnlyList<Dialog>> CheckAsync(
        CloseRequest request, CloseResponse response, IReadOnlyList<Dialog> dialogs, CancellationToken cancellation)
    {
        var now = await events.ReadBackAsync(response.Positions, demand => LookAgainAsync(demand, dialogs, cancellation), cancellation);
        Dialog[] closed = [.. dialogs.Where(d => now.GetValueOrDefault(d.Id) is { EndReason: EndReason.Closed })];
        if (dialogs.FirstOrDefault(d => now.GetValueOrDefault(d.Id)?.State.IsFinished() != true) is not { } open) return closed;
        if (closed.Length == 0 || request.OfCase != CloseRequest.OfOneofCase.Filter)
            throw QueryRefusal.NotTaken(
                $"{closed.Length} closed, but {open.Id.ToText()} goes on: it was closed before, and the earliest close counts; or it was heard of meanwhile; "
                + "or its Call-ID is not UTF-8, which no request can name.");
        response.Limited = true;
        return closed;
    }

    private Task<Dictionary<DialogId, Dialog>> LookAgainAsync(Demand demand, IReadOnlyList<Dialog> before, CancellationToken cancellation)
    {
        byte[][] calls = [.. before.Select(d => d.Id.CallId).Distinct().Select(Encoding.UTF8.GetBytes)];
        var only = calls.Length == 1 ? path.PartitionOf(calls[0]) : null;
        return path.FindAsync(demand, isScan: false, only, (coverage, _) =>
            calls.SelectMany(call => coverage.Answering.Where(p => p.Partition == path.PartitionOf(call)).SelectMany(p => p.Store.DialogsOf(call)))
                .ToDictionary(dialog => dialog.Id), peer: null, cancellation);
    }

    private sealed record Found(Coverage Coverage, IReadOnlyList<Dialog> Dialogs, bool IsLimited);
}
