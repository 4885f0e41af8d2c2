namespace Dlgs.Streams.Grpc;

/// <summary>The gRPC surface.</summary>
internal static class GrpcEndpoints
{
    public static IServiceCollection AddDialogQueries(this IServiceCollection services)
    {
        services.AddGrpc();
        services.AddGrpcReflection();
        return services;
    }

    public static WebApplication MapDialogQueries(this WebApplication app)
    {
        app.MapGrpcReflectionService();
        return app;
    }
}
