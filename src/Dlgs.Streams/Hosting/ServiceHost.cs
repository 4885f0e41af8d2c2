using Dlgs.Streams.Kafka;
using Dlgs.Streams.Memory;
using Dlgs.Streams.Metrics;
using Dlgs.Streams.Settings;

namespace Dlgs.Streams.Hosting;

/// <summary>Puts the service together: settings, lanes, queries.</summary>
internal static class ServiceHost
{
    /// <summary>For lanes and queries to end; then the process goes all the same.</summary>
    public static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(14);

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
        builder.Services.AddRules(builder.Configuration);
        builder.Services.AddLanes();
        builder.Services.AddPeers();
        builder.Services.AddAnswers();
        builder.Services.AddSingleton<MemoryWatch>().AddHostedService(provider => provider.GetRequiredService<MemoryWatch>());
        builder.Services.AddSingleton<FirstQuestions>().AddHostedService<ReadyLine>();
        builder.Logging.AddServiceLog(builder.Configuration);
        builder.AddSurfaces();

        var app = builder.Build();
        app.Services.GetRequiredService<KafkaClients>().Check();
        app.Services.GetRequiredService<ServiceMeter>().ShowProgram();
        app.MapSurfaces();
        return app;
    }
}
