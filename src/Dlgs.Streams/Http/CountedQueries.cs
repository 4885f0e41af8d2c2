using Dlgs.Streams.Answers;

namespace Dlgs.Streams.Http;

/// <summary>Counts the requests of routes that ask something, also those that are refused before they reach it; and those of each caller.</summary>
internal sealed class CountedQueries(RequestDelegate next, QueryMetrics metrics, CallerLimits limits)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var endpoint = context.GetEndpoint()?.Metadata.GetMetadata<Asked>();
        var asked = endpoint is null ? default : metrics.Begin(Surface.Http, endpoint.Rpc);
        try
        {
            if (endpoint is not null) limits.Enter(context, endpoint.Rpc);
            await next(context);
            asked.Answered();
        }
        catch (BadHttpRequestException)
        {
            asked.Refused(RefusalKind.Argument);
            throw;
        }
        catch (Exception e)
        {
            asked.Failed(e, context.RequestAborted);
            throw;
        }
    }

    /// <summary>What a route asks.</summary>
    public sealed record Asked(Rpc Rpc);
}

/// <summary>Says what a route asks, and with it what that needs.</summary>
internal static class AskingRoutes
{
    public static RouteHandlerBuilder Asks(this RouteHandlerBuilder route, Rpc rpc) => route.WithMetadata(new CountedQueries.Asked(rpc), rpc.Need());
}
