using Dlgs.Streams.Grpc;
using Dlgs.Streams.Http;
using Dlgs.Streams.Kafka;
using Dlgs.Streams.Metrics;
using Dlgs.Streams.Settings;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Hosting;

/// <summary>Puts the service together: settings, lanes, queries.</summary>
internal static class ServiceHost
{
    /// <summary>For lanes and queries to end; then the process goes all the same.</summary>
    public static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(14);

    private static readonly TimeSpan PingDelay = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(10);

    public static WebApplication Build(Action<IConfigurationBuilder> configure)
    {
        // Empty: no file of the working directory, no variable of ASP.NET's says anything here, Kestrel's endpoints least of all.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Host.UseConsoleLifetime();
        // At once: a query that takes its time must not hold up the partitions.
        builder.Services.Configure<HostOptions>(host => (host.ServicesStopConcurrently, host.ShutdownTimeout) = (true, StopTimeout));
        configure(builder.Configuration);
        builder.Configuration.CheckSettings();

        builder.Services.AddSettings(builder.Configuration);
        builder.Services.AddLanes();
        builder.Services.AddAnswers();
        builder.Services.AddDialogQueries();
        builder.Services.AddHostedService<ReadyLine>();
        builder.Services.AddMetricsExport(builder.Configuration);
        builder.Logging.AddServiceLog(builder.Configuration);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.Services.AddOptions<KestrelServerOptions>().Configure<IOptions<GrpcOptions>>((kestrel, options) => Listen(kestrel, options.Value));

        var app = builder.Build();
        app.Services.GetRequiredService<KafkaClients>().Check();
        app.Services.GetRequiredService<ServiceMeter>().ShowProgram();
        app.MapDialogQueries();
        app.MapMetrics();
        return app;
    }

    private static void Listen(KestrelServerOptions kestrel, GrpcOptions options)
    {
        var address = ListenAddress.Parse(options.Address, out _)!;
        // Who watches, and is gone without a word, leaves its place.
        (kestrel.Limits.Http2.KeepAlivePingDelay, kestrel.Limits.Http2.KeepAlivePingTimeout) = (PingDelay, PingTimeout);
        kestrel.Listen(address.Address, address.Port, endpoint =>
        {
            // gRPC without TLS is HTTP/2 with prior knowledge, and nothing else on that port.
            endpoint.Protocols = HttpProtocols.Http2;
            if (address.IsTls) endpoint.UseHttps(options.LoadCertificate());
        });
    }
}
