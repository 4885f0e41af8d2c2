using System.Diagnostics.Metrics;
using Dlgs.Streams.Kafka;
using Dlgs.Streams.Metrics;
using Dlgs.Streams.Settings;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Dlgs.Streams.Hosting;

/// <summary>Where the metrics go: to whoever reads /metrics, and by OTLP where the variables of OpenTelemetry name somebody.</summary>
internal static class MetricsExport
{
    /// <summary>What .NET says of itself: memory, collections, threads.</summary>
    private const string RuntimeMeter = "System.Runtime";

    private static readonly string[] OtlpEndpoints = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"];
    private static readonly string[] OtlpTimeouts = ["OTEL_EXPORTER_OTLP_TIMEOUT", "OTEL_EXPORTER_OTLP_METRICS_TIMEOUT"];

    /// <summary>Unless another is set. A collector that does not answer holds up the end of the service for twice as long.</summary>
    private const int OtlpTimeoutMs = 1_000;

    public static void AddMetricsExport(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOpenTelemetry().ConfigureResource(Describe).WithMetrics(metrics =>
        {
            metrics.AddMeter(ServiceMeter.Name, RuntimeMeter);
            metrics.AddPrometheusExporter(prometheus => prometheus.ScopeInfoEnabled = false);
            if (!IsSet(OtlpEndpoints)) return;
            metrics.AddOtlpExporter(otlp =>
            {
                if (!IsSet(OtlpTimeouts)) otlp.TimeoutMilliseconds = OtlpTimeoutMs;
            });
        });
        services.ConfigureOpenTelemetryMeterProvider((provider, metrics) =>
        {
            var own = provider.GetRequiredService<IMeterFactory>();
            // It listens by name, to the whole process: another service's instruments would go into the same series.
            metrics.AddView(instrument =>
                instrument.Meter.Name == ServiceMeter.Name && instrument.Meter.Scope != own ? MetricStreamConfiguration.Drop : null);
        });

        bool IsSet(string[] variables) => variables.Any(name => !string.IsNullOrEmpty(configuration[name]));
    }

    /// <summary>Which program.</summary>
    public static void ShowProgram(this ServiceMeter meter)
    {
        string[] labels = ["version", "commit", "librdkafka", "dotnet"];
        string[] versions = [ProgramVersion.Number, ProgramVersion.Commit, KafkaClients.LibraryVersion, $"{Environment.Version}"];
        var build = new Measurement<int>(1, Label.Pair(labels, versions));
        meter.ShowEach<int>(new("dlgs.build_info", "", "1, with the versions of the program and of what it runs on.", labels), () => [build]);
    }

    /// <summary>The variables of OpenTelemetry come last: they may name it otherwise.</summary>
    private static void Describe(ResourceBuilder resource)
    {
        resource.Clear().AddTelemetrySdk();
        resource.AddDetector(provider => new Instance(provider.GetRequiredService<IOptions<ClusterOptions>>().Value.Instance));
        resource.AddEnvironmentVariableDetector();
    }

    private sealed class Instance(string name) : IResourceDetector
    {
        public Resource Detect() => ResourceBuilder.CreateEmpty().AddService("dlgs", serviceVersion: ProgramVersion.Number, serviceInstanceId: name).Build();
    }
}
