using k8s.Models;

namespace Dlgs.Streams.Tests.Manifests;

/// <summary>What is rendered is what a cluster takes: no field that its kind does not have, none missing, each of its type.</summary>
public sealed class KindTests
{
    /// <summary>Kubernetes' own, with what reads them strictly.</summary>
    private static readonly Dictionary<string, Func<Manifest, object>> Own = new()
    {
        ["v1 ConfigMap"] = manifest => manifest.As<V1ConfigMap>(),
        ["v1 Service"] = manifest => manifest.As<V1Service>(),
        ["apps/v1 StatefulSet"] = manifest => manifest.As<V1StatefulSet>(),
        ["policy/v1 PodDisruptionBudget"] = manifest => manifest.As<V1PodDisruptionBudget>(),
        ["networking.k8s.io/v1 NetworkPolicy"] = manifest => manifest.As<V1NetworkPolicy>(),
    };

    [Theory]
    [MemberData(nameof(Rendering.Folders), MemberType = typeof(Rendering))]
    public async Task Every_object_has_the_fields_of_its_kind_and_no_others(string folder)
    {
        var rendering = await Rendering.OfAsync(folder);
        Assert.Equal([], rendering.All.SelectMany(FaultsOf));
        Assert.Equal(rendering.All.Count, rendering.All.DistinctBy(manifest => (manifest.Kind, manifest.Name)).Count());
    }

    /// <summary>Or the test above could not fail.</summary>
    [Theory]
    [InlineData("overlays/strimzi", "KafkaTopic", "partitions: 24", "partition: 24", "there is no such field")]
    [InlineData("overlays/strimzi", "KafkaTopic", "partitions: 24", "partitions: \"24\"", "is string, not integer")]
    [InlineData("overlays/strimzi", "KafkaUser", "type: simple", "kind: simple", "is missing")]
    [InlineData("overlays/production", "Certificate", "secretName", "secret", "is missing")]
    [InlineData("base", "PrometheusRule", "expr:", "expression:", "there is no such field")]
    [InlineData("base", "StatefulSet", "readinessProbe", "readynessProbe", "readynessProbe")]
    [InlineData("base", "NetworkPolicy", "podSelector", "podsSelector", "podsSelector")]
    public async Task Misspelt_field_is_a_fault(string folder, string kind, string right, string wrong, string fault)
    {
        var manifest = (await Rendering.OfAsync(folder)).OfKind(kind).First();
        var misspelt = Rendering.Read(manifest.Yaml.Replace(right, wrong, StringComparison.Ordinal));
        Assert.Contains(FaultsOf(misspelt), each => each.Contains(fault, StringComparison.Ordinal));
    }

    private static IEnumerable<string> FaultsOf(Manifest manifest)
    {
        var kind = $"{manifest.ApiVersion} {manifest.Kind}";
        if (!Own.TryGetValue(kind, out var read))
            return CustomKinds.Find(manifest)?.Faults(manifest.Root.At("spec"), $"{manifest.Kind} {manifest.Name}") ?? [$"{kind}: nobody knows this kind"];
        try
        {
            read(manifest);
            return [];
        }
        catch (YamlDotNet.Core.YamlException e)
        {
            return [$"{manifest.Kind} {manifest.Name}: {e.Message} {e.InnerException?.Message}"];
        }
    }
}
