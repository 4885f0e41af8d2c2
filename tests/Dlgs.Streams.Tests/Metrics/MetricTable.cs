using Dlgs.Streams.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace Dlgs.Streams.Tests.Metrics;

/// <summary>A metric as Prometheus shows it, and the instrument's own name.</summary>
internal sealed record MetricRow(string Name, string Type, string[] Labels, string Meaning, string Instrument)
{
    public string Line => $"| `{Name}` | {string.Join(", ", Labels)} | {Meaning} |";
}

/// <summary>All metrics of a service, by name, from what its rooms describe.</summary>
internal static class MetricTable
{
    public static IEnumerable<MetricRow> Of(IServiceProvider services) =>
        services.GetRequiredService<ServiceMeter>().Metrics.Select(each => Row(each.Metric, each.Kind)).OrderBy(row => row.Name, StringComparer.Ordinal);

    private static MetricRow Row(Metric metric, MetricKind kind)
    {
        var unit = metric.Unit switch
        {
            "s" => "_seconds",
            "By" => "_bytes",
            "" or ['{', ..] => "",
            _ => throw new NotSupportedException($"{metric.Name}: unit {metric.Unit}"),
        };
        var total = kind == MetricKind.Counter ? "_total" : "";
        return new MetricRow(metric.Name.Replace('.', '_') + unit + total, kind.ToString().ToLowerInvariant(), metric.Labels, metric.Meaning, metric.Name);
    }
}
