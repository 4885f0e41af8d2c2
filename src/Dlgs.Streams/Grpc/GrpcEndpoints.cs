using Dlgs.Streams.Kafka;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Dlgs.Streams.Grpc;

/// <summary>The gRPC surface: queries, reflection, health.</summary>
internal static class GrpcEndpoints
{
    /// <summary>Bytes of a request, at most: 32 filters of 1 KiB and some.</summary>
    private const int MaxRequestBytes = 256 * 1024;

    public static IServiceCollection AddDialogQueries(this IServiceCollection services)
    {
        services.AddGrpc(grpc => grpc.MaxReceiveMessageSize = MaxRequestBytes);
        services.AddGrpcReflection();
        services.AddSingleton<ScanGate>();
        services.AddGrpcHealthChecks().AddCheck<PartitionHealth>("");
        services.Configure<HealthCheckPublisherOptions>(publisher => (publisher.Delay, publisher.Period) = (TimeSpan.Zero, TimeSpan.FromSeconds(1)));
        return services;
    }

    public static WebApplication MapDialogQueries(this WebApplication app)
    {
        app.MapGrpcService<DialogQueryService>();
        app.MapGrpcReflectionService();
        app.MapGrpcHealthChecksService();
        return app;
    }
}

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

/// <summary>Operators that walk over values or rows run few at a time, so that a flood of regular expressions slows itself only.</summary>
internal sealed class ScanGate : IDisposable
{
    private readonly SemaphoreSlim gate = new(Math.Max(1, Environment.ProcessorCount / 2));

    /// <summary>Waits for a place; null: none came free in time.</summary>
    public async Task<IDisposable?> EnterAsync(CancellationToken cancellation) =>
        await gate.WaitAsync(TimeSpan.FromSeconds(1), cancellation) ? new Place(gate) : null;

    public void Dispose() => gate.Dispose();

    private sealed class Place(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }
}
