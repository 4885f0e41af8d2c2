using System.Text.Json;

namespace Dlgs.Streams.Tests.Manifests;

/// <summary>base/dashboard.json.</summary>
internal static class Dashboard
{
    public const string Path = "k8s/base/dashboard.json";

    public static JsonElement Root { get; } = JsonDocument.Parse(File.ReadAllText(System.IO.Path.Combine(Repository.Root, Path))).RootElement;

    /// <summary>With those in rows that are folded.</summary>
    public static IEnumerable<JsonElement> Panels => Root.GetProperty("panels").EnumerateArray()
        .SelectMany(panel => panel.TryGetProperty("panels", out var folded) ? folded.EnumerateArray().Prepend(panel) : [panel]);

    public static IEnumerable<JsonElement> Targets => Panels
        .SelectMany(panel => panel.TryGetProperty("targets", out var targets) ? targets.EnumerateArray() : default);

    /// <summary>As Prometheus gets them, from panels and variables: what Grafana fills in is filled in.</summary>
    public static IEnumerable<string> Expressions => Targets.Where(target => target.TryGetProperty("expr", out _))
        .Select(target => target.GetProperty("expr").GetString()!.Replace("$__rate_interval", "5m", StringComparison.Ordinal));
}
