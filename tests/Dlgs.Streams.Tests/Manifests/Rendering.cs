using System.Collections.Concurrent;
using k8s;
using YamlDotNet.RepresentationModel;

namespace Dlgs.Streams.Tests.Manifests;

/// <summary>An object of Kubernetes, as it stands in what was rendered.</summary>
internal sealed record Manifest(string Yaml, YamlMappingNode Root)
{
    public string ApiVersion => Root.Text("apiVersion");

    public string Kind => Root.Text("kind");

    public string Name => Root.At("metadata").Text("name");

    /// <summary>Strictly: a field that the kind does not have is a fault.</summary>
    public T As<T>() => KubernetesYaml.Deserialize<T>(Yaml, strict: true);
}

/// <summary>What `kubectl kustomize` makes of a folder below k8s/.</summary>
internal sealed class Rendering
{
    private static readonly ConcurrentDictionary<string, Task<Rendering>> Rendered = new();

    private Rendering(string yaml) => All = [.. yaml.Split("\n---\n").Select(Read)];

    public static TheoryData<string> Folders { get; } = ["base", "overlays/strimzi", "overlays/production"];

    public IReadOnlyList<Manifest> All { get; }

    /// <summary>Once for all tests.</summary>
    public static Task<Rendering> OfAsync(string folder) => Rendered.GetOrAdd(folder, async folder =>
        Parse(await Tool.RunAsync("kubectl", "kustomize", $"k8s/{folder}")));

    public static Rendering Parse(string yaml) => new(yaml);

    public IEnumerable<Manifest> OfKind(string kind) => All.Where(manifest => manifest.Kind == kind);

    public IEnumerable<T> Of<T>(string kind) => OfKind(kind).Select(manifest => manifest.As<T>());

    public static Manifest Read(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        return new Manifest(yaml, (YamlMappingNode)stream.Documents.Single().RootNode);
    }
}

/// <summary>The shortest way to what stands in YAML.</summary>
internal static class YamlNodes
{
    public static YamlNode At(this YamlNode node, string name) => ((YamlMappingNode)node).Children[new YamlScalarNode(name)];

    public static YamlNode? Find(this YamlNode node, string name) =>
        ((YamlMappingNode)node).Children.TryGetValue(new YamlScalarNode(name), out var found) ? found : null;

    public static string Text(this YamlNode node, string name) => ((YamlScalarNode)node.At(name)).Value!;

    public static IEnumerable<YamlNode> Each(this YamlNode node) => (YamlSequenceNode)node;

    public static IEnumerable<string> Texts(this YamlNode node) => node.Each().Select(each => ((YamlScalarNode)each).Value!);
}
