using System.Net;
using System.Text;
using Dlgs.Streams.Settings;
using Dlgs.Streams.Tests.Kafka;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Dlgs.Streams.Tests.Metrics;

/// <summary>The variables of OpenTelemetry, which are heard as everywhere.</summary>
public sealed class OtlpTests
{
    [Fact]
    public async Task Metrics_go_where_the_variables_say_under_the_name_that_they_say()
    {
        var received = new TaskCompletionSource<(string Path, string Body)>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var collector = await CollectorAsync(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            var text = Encoding.Latin1.GetString(body.ToArray());
            // The first may come before there are lanes.
            if (text.Contains("dlgs.events", StringComparison.Ordinal)) received.TrySetResult((context.Request.Path, text));
        });
        var environment = new EnvironmentSettings(new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Urls.Single(),
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "100",
            ["OTEL_RESOURCE_ATTRIBUTES"] = "deployment.environment=test-of-otlp",
        });
        Assert.Empty(environment.Warnings);
        await using var service = await EmbeddedCluster.StartAsync([.. environment.Values.Select(each => (each.Key, each.Value!)), ("instance", "dlgs-7")]);
        var (path, body) = await received.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.Equal("/v1/metrics", path);
        Assert.All(["dlgs-7", "test-of-otlp"], word => Assert.Contains(word, body, StringComparison.Ordinal));
    }

    private static async Task<WebApplication> CollectorAsync(RequestDelegate receive)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        app.Run(receive);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }
}
