using Dlgs.Streams.Grpc;
using Dlgs.Streams.Kafka;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Operations;

/// <summary>Puts the service together: settings, lanes, queries.</summary>
internal static class ServiceHost
{
    public static WebApplication Build(Action<IConfigurationBuilder> configure, LogLevel minimum = LogLevel.Information)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.Sources.Clear();
        configure(builder.Configuration);
        var malformed = Settings.TakeMalformed(builder.Configuration);

        builder.Services.AddOptions<DlgsOptions>().Bind(builder.Configuration).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<DlgsOptions>, DlgsOptionsRanges>();
        builder.Services.AddSingleton<IValidateOptions<DlgsOptions>, DlgsOptionsRules>();
        builder.Services.AddSingleton<IValidateOptions<DlgsOptions>>(malformed);
        builder.Services.AddLanes();
        builder.Services.AddDialogQueries();
        builder.Logging.SetMinimumLevel(minimum).AddFilter("Microsoft", LogLevel.Warning).AddFilter("Grpc", LogLevel.Warning).AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);
        builder.Logging.AddSimpleConsole(console => (console.SingleLine, console.TimestampFormat, console.UseUtcTimestamp) = (true, "HH:mm:ss.fff ", true));
        // gRPC without TLS is HTTP/2 with prior knowledge, and nothing else on that port.
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http2));
        builder.Services.AddOptions<KestrelServerOptions>().Configure<IOptions<DlgsOptions>>((kestrel, options) => kestrel.ConfigureHttpsDefaults(https => https.ServerCertificate = options.Value.LoadCertificate()));

        var app = builder.Build();
        // Validated here, so that all failures are told at once and before anything opens.
        app.Urls.Add(app.Services.GetRequiredService<IOptions<DlgsOptions>>().Value.Grpc);
        app.MapDialogQueries();
        return app;
    }

    internal static void AddLanes(this IServiceCollection services)
    {
        services.AddSingleton<EmbeddedBroker>().AddSingleton<KafkaClients>().AddSingleton<TopicCheck>().AddSingleton<StoreRegistry>();
        services.AddSingleton<Ticker>().AddSingleton<Metrics>().AddSingleton<ILaneClients, LaneClients>().AddSingleton<LaneContext>().AddSingleton<LaneHost>();
        services.AddHostedService(provider => provider.GetRequiredService<LaneHost>());
    }
}
