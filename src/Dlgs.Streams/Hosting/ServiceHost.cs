using Dlgs.Streams.Kafka;
using Dlgs.Streams.Memory;
using Dlgs.Streams.Metrics;
using Dlgs.Streams.Rules;
using Dlgs.Streams.Settings;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Hosting;

/// <summary>Puts the service together: settings, lanes, queries, gateway; or a gateway alone.</summary>
internal static class ServiceHost
{
    /// <summary>For lanes and queries to end; then the process goes all the same.</summary>
    public static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(14);

    public static WebApplication Build(Action<IConfigurationBuilder> configure)
    {
        var builder = Begin(configure);
        builder.Services.AddLanes();
        builder.Services.AddPeers();
        builder.Services.AddAnswers();
        builder.Services.AddGateway();
        builder.Services.AddSingleton<MemoryWatch>().AddHostedService(provider => provider.GetRequiredService<MemoryWatch>());
        builder.Services.AddSingleton<FirstQuestions>().AddHostedService<ReadyLine>();
        builder.AddSurfaces();
        builder.AddHepPorts();
        var app = End(builder);
        app.MapSurfaces();
        return app;
    }

    /// <summary>A gateway that has no partitions, beside or before the service.</summary>
    public static WebApplication BuildGateway(Action<IConfigurationBuilder> configure)
    {
        var builder = Begin(configure);
        var (gateway, http) = (builder.Configuration.Read<GatewayOptions>(), builder.Configuration.Read<HttpOptions>());
        string[] failures =
        [
            .. gateway.IsOn ? (string[])[] : ["hep_udp, hep_tcp, hep_tls: at least one of them, or nothing comes in."],
            .. builder.Configuration.Read<ClusterOptions>().Embedded ? ["embedded: not for a gateway alone; nobody else would find the broker."] : (string[])[],
        ];
        if (failures.Length > 0) throw new OptionsValidationException("settings", typeof(GatewayOptions), failures);
        builder.Services.AddLoneGateway();
        builder.AddGatewaySurfaces(http.ListenProbes is not null);
        builder.AddHepPorts();
        if (http.ListenProbes is null && gateway.ListenTcp is null && gateway.ListenTls is null) builder.Services.AddSingleton<IServer, NoPorts>();
        var app = End(builder);
        app.MapGatewaySurfaces();
        return app;
    }

    private static WebApplicationBuilder Begin(Action<IConfigurationBuilder> configure)
    {
        // Empty: no file of the working directory, no variable of ASP.NET's says anything here, Kestrel's endpoints least of all.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Host.UseConsoleLifetime();
        // At once: a query that takes its time must not hold up the partitions.
        builder.Services.Configure<HostOptions>(host => (host.ServicesStopConcurrently, host.ShutdownTimeout) = (true, StopTimeout));
        configure(builder.Configuration);
        builder.Configuration.CheckSettings();
        builder.Services.AddSettings(builder.Configuration);
        builder.Services.AddRules(builder.Configuration);
        builder.Logging.AddServiceLog(builder.Configuration);
        return builder;
    }

    private static WebApplication End(WebApplicationBuilder builder)
    {
        var app = builder.Build();
        app.Services.GetRequiredService<KafkaClients>().Check();
        app.Services.GetRequiredService<ServiceMeter>().ShowProgram();
        app.Services.GetRequiredService<RuleMetrics>();
        return app;
    }
}
