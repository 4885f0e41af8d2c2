using Dlgs.Streams.Access;
using Dlgs.Streams.Settings;

namespace Dlgs.Streams.Http;

/// <summary>The metrics, as Prometheus reads them.</summary>
internal static class MetricsEndpoint
{
    private const string Path = "/metrics";

    public static IEndpointConventionBuilder MapMetrics(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapPrometheusScrapingEndpoint(Path).Needs(Roles.Metrics);
}
