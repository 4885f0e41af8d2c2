using Dlgs.Streams.Kafka;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Dlgs.Streams.Grpc;

/// <summary>Serving when every partition that is ours is active, and we are in touch with the group.</summary>
internal sealed class PartitionHealth(StoreRegistry registry) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var views = registry.Views;
        var ready = registry.PartitionCount > 0 && !registry.OutOfTouch && views.Count > 0 && views.All(v => v.Phase is PartitionPhase.Active or PartitionPhase.Draining);
        return Task.FromResult(ready ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("partitions are being restored, stopped or out of touch"));
    }
}
