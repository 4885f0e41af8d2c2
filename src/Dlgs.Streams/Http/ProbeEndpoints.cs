using Dlgs.Streams.Access;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;

namespace Dlgs.Streams.Http;

/// <summary>What an orchestrator asks. Nothing here says who calls whom.</summary>
internal static class ProbeEndpoints
{
    public static void MapProbes(this IEndpointRouteBuilder endpoints)
    {
        // Alive is whoever answers: a partition that is restored would not be faster after a restart.
        endpoints.MapHealthChecks("/healthz", new HealthCheckOptions { Predicate = _ => false }).NeedsNothing();
        endpoints.MapHealthChecks("/readyz").NeedsNothing();
    }
}
