using Dlgs.Streams.Answers;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Grpc.Peers;
using Grpc.Health.V1;
using Grpc.Reflection;
using Grpc.Reflection.V1Alpha;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Dlgs.Streams.Grpc;

/// <summary>The gRPC surface: queries, control, reflection, health.</summary>
internal static class GrpcEndpoints
{
    /// <summary>Bytes of a request, at most: 128 filters of 1 KiB and some.</summary>
    private const int MaxRequestBytes = 256 * 1024;

    public static IServiceCollection AddDialogQueries(this IServiceCollection services)
    {
        services.AddGrpc(grpc => grpc.MaxReceiveMessageSize = MaxRequestBytes);
        // Bytes that are no message, and callers that go in the middle, are no failures; ours are said where requests are read.
        services.AddLogging(logging => logging.AddFilter("Grpc.AspNetCore.Server.ServerCallHandler", LogLevel.None));
        // Its own search finds only services that are mapped by their type.
        Google.Protobuf.Reflection.ServiceDescriptor[] described =
            [DialogQuery.Descriptor, InstanceControl.Descriptor, Health.Descriptor, ServerReflection.Descriptor];
        services.AddSingleton(new ReflectionServiceImpl(described)).AddSingleton(new ReflectionV1ServiceImpl(described)).AddGrpcReflection();
        services.AddSingleton<DialogQueryService>().AddSingleton<InstanceControlService>().AddSingleton<DialogPeerService>();
        // Clients ask for the whole process, or for the service that they want.
        services.AddGrpcHealthChecks(health => health.Services.Map(DialogQuery.Descriptor.FullName, _ => true)).AddCheck<PartitionHealth>("");
        services.Configure<HealthCheckPublisherOptions>(publisher => (publisher.Delay, publisher.Period) = (TimeSpan.Zero, TimeSpan.FromSeconds(1)));
        return services;
    }

    public static void MapDialogQueries(this RouteGroupBuilder endpoints, bool reflection)
    {
        endpoints.MapGrpcService(RequestReading.Bind);
        if (reflection) endpoints.MapGrpcReflectionService();
        endpoints.MapGrpcHealthChecksService();
        ((IEndpointConventionBuilder)endpoints).Finally(MethodNeeds.AddTo);
    }

    public static void MapPeers(this IEndpointRouteBuilder endpoints) => endpoints.MapGrpcService(RequestReading.BindPeers);
}
