using Dlgs.Streams.Gateway;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Dlgs.Streams.Hosting;

/// <summary>A gateway alone is ready when what comes in has somewhere to go.</summary>
internal sealed class GatewayHealth(GatewayHost gateway) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(gateway.IsReady ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("the brokers, or the topic, are not there yet"));
}
