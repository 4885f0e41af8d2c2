using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Dlgs.Streams.Tests.Grpc;

/// <summary>A server with nothing but a gRPC service that a test scripts.</summary>
internal static class ScriptedServer
{
    /// <summary>Starts it, on a port of the loopback interface unless the test says otherwise.</summary>
    public static async Task<WebApplication> StartAsync<TService>(TService service, IPEndPoint? at = null, Action<ListenOptions>? listen = null)
        where TService : class
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(at ?? new IPEndPoint(IPAddress.Loopback, 0), options =>
            {
                options.Protocols = HttpProtocols.Http2;
                listen?.Invoke(options);
            }));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(service);
        var app = builder.Build();
        app.MapGrpcService<TService>();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }
}
