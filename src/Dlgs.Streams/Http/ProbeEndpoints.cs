using Dlgs.Streams.Access;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Dlgs.Streams.Http;

/// <summary>What an orchestrator asks. Nothing here says who calls whom.</summary>
internal static class ProbeEndpoints
{
    public static void MapProbes(this IEndpointRouteBuilder endpoints)
    {
        // Alive is whoever answers: a partition that is restored would not be faster after a restart.
        endpoints.MapHealthChecks("/healthz", new HealthCheckOptions { Predicate = _ => false }).NeedsNothing();
        endpoints.MapHealthChecks("/readyz", new HealthCheckOptions { ResponseWriter = WriteAsync }).NeedsNothing();
    }

    /// <summary>How it stands, and why where it is not well.</summary>
    private static Task WriteAsync(HttpContext context, HealthReport report)
    {
        context.Response.ContentType = "text/plain";
        var why = report.Entries.Values.Select(entry => entry.Description).Where(text => !string.IsNullOrEmpty(text));
        return context.Response.WriteAsync(string.Join(": ", why.Prepend($"{report.Status}")));
    }
}
