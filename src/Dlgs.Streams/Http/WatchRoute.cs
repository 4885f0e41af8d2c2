using Dlgs.Streams.Answers;
using Dlgs.Streams.Contracts.V1;

namespace Dlgs.Streams.Http;

/// <summary>Changes as they are committed, as server-sent events (HTML, section 9.2).</summary>
internal static class WatchRoute
{
    public static void MapWatch(this IEndpointRouteBuilder v1) =>
        v1.MapGet("/watch", WatchAsync).WithTags("Queries").WithMetadata(Rpc.Watch.Need()).Produces<DialogChange>(contentType: EventStream.MediaType)
            .WithSummary("Every change as it is committed. Events of the kind 'change' hold one each; Last-Event-ID goes on after a break.");

    private static async Task WatchAsync([AsParameters] SelectionParameters selection, [AsParameters] WatchParameters watched,
        DialogWatch watch, QueryMetrics metrics, CallerLimits limits, Problems problems, HttpContext context)
    {
        var asked = metrics.Begin(Surface.Http, Rpc.Watch);
        var events = new EventStream(context.Response);
        try
        {
            limits.Enter(context, Rpc.Watch);
            var request = Read(selection, watched, context.Request);
            await watch.WatchAsync(request, response => events.WriteAsync(response, context.RequestAborted), context.Abort, Caller.Of(context));
        }
        catch (Exception e)
        {
            asked.Failed(e, context.RequestAborted);
            if (!context.Response.HasStarted) throw;
            // The status has been said. The client comes again by itself, and is told then if it cannot go on.
            await events.EndAsync(problems.ToProblem(e, context), context.RequestAborted);
        }
    }

    private static WatchRequest Read(SelectionParameters selection, WatchParameters watched, HttpRequest request)
    {
        // A browser goes on from the last event that it had, whatever its page said at first.
        var from = request.Headers["Last-Event-ID"].ToString() is { Length: > 0 } last ? last : watched.Position;
        return new WatchRequest
        {
            Filters = { selection.ToFilters() },
            States = { selection.ToStates() },
            Settled = ParameterText.Flag(watched.Settled, "settled"),
            Position = ParameterText.Bytes(from, "position"),
        };
    }
}
