using Dlgs.Streams.Answers;
using Dlgs.Streams.Gateway;
using Dlgs.Streams.Hosting;
using Dlgs.Streams.Kafka;
using Dlgs.Streams.Metrics;
using Dlgs.Streams.Partitions;
using Dlgs.Streams.Tests.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Dlgs.Streams.Tests.Manifests;

/// <summary>The series that a service may have, as its code describes them.</summary>
internal sealed class MetricSeries : IAsyncDisposable
{
    /// <summary>Of these the code has the values, and no series before the first.</summary>
    private static readonly Dictionary<(string Metric, string Label), string[]> Later = new()
    {
        [("dlgs_query_duration_seconds", "outcome")] = [.. Enum.GetValues<RefusalKind>().Select(Label.Of), "ok", "failed"],
        [("dlgs_query_duration_seconds", "rpc")] = Enum.GetNames<Rpc>(),
        [("dlgs_partition_phase", "phase")] = [.. Enum.GetValues<PartitionPhase>().Select(Label.Of)],
        [("dlgs_sip_time_replacements_total", "reason")] = ["ahead", "unit"],
        [("dlgs_hep_frames_total", "outcome")] = [.. Enum.GetValues<FrameOutcome>().Select(Label.Of)],
        [("dlgs_hep_messages_total", "outcome")] = [.. Enum.GetValues<MessageOutcome>().Select(Label.Of)],
    };

    private static readonly string[] Parts = ["_bucket", "_sum", "_count"];

    private readonly WebApplication app;
    private readonly Dictionary<string, MetricRow> rows;

    public MetricSeries()
    {
        app = ServiceHost.Build(settings => settings.AddInMemoryCollection(new Dictionary<string, string?> { ["embedded"] = "true" }));
        // Whose metrics come with them.
        app.Services.GetRequiredService<LaneContext>();
        app.Services.GetRequiredService<GatewayHost>();
        rows = MetricTable.Of(app.Services).ToDictionary(row => row.Name);
    }

    /// <summary>Null: there is no such metric. A histogram is none: its three are.</summary>
    public IReadOnlyList<string>? LabelsOf(string name) => Find(name) switch
    {
        null => null,
        var row when name.EndsWith("_bucket", StringComparison.Ordinal) => [.. row.Labels, "le"],
        var row => row.Labels,
    };

    public IEnumerable<string> ValuesOf(string name, string label)
    {
        var row = Find(name)!;
        return Later.GetValueOrDefault((row.Name, label))
            ?? MeterReading.Of(row.Instrument, app.Services).Keys.Select(values => values.Split(' ')[Array.IndexOf(row.Labels, label)]);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private MetricRow? Find(string name) =>
        rows.GetValueOrDefault(name) is { Type: not "histogram" } row ? row
        : Parts.FirstOrDefault(part => name.EndsWith(part, StringComparison.Ordinal)) is { } part
            && rows.GetValueOrDefault(name[..^part.Length]) is { Type: "histogram" } histogram ? histogram
        : null;
}
