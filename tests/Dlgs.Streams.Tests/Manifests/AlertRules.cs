using YamlDotNet.RepresentationModel;

namespace Dlgs.Streams.Tests.Manifests;

/// <summary>The PrometheusRule of base.</summary>
internal sealed class AlertRules
{
    private readonly YamlMappingNode spec;

    private AlertRules(Manifest manifest) => spec = (YamlMappingNode)manifest.Root.At("spec");

    public IEnumerable<YamlNode> Rules => spec.At("groups").Each().SelectMany(group => group.At("rules").Each());

    public IEnumerable<string> Names => Rules.Select(rule => rule.Text("alert"));

    public static async Task<AlertRules> LoadAsync() => new((await Rendering.OfAsync("base")).OfKind("PrometheusRule").Single());

    /// <summary>As Prometheus without an operator reads them.</summary>
    public void Save(string path)
    {
        using var file = File.CreateText(path);
        new YamlStream(new YamlDocument(spec)).Save(file, assignAnchors: false);
    }
}
