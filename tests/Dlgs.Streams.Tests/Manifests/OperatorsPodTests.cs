using k8s;
using k8s.Models;

namespace Dlgs.Streams.Tests.Manifests;

/// <summary>The pod in which commands ask the brokers, overlays/strimzi/ops.json: it goes the service's way to them, as another user.</summary>
public sealed class OperatorsPodTests
{
    [Fact]
    public async Task Commands_ask_the_same_brokers_as_the_service_does_and_are_somebody_else()
    {
        var service = await PodManifest.OfAsync("overlays/strimzi");
        var pod = KubernetesYaml.Deserialize<V1Pod>(await File.ReadAllTextAsync(
            Path.Combine(Repository.Root, "k8s/overlays/strimzi/ops.json"), TestContext.Current.CancellationToken), strict: true);
        var program = Assert.Single(pod.Spec.Containers);
        var settings = program.Env.ToDictionary(each => each.Name, each => each.Value);
        Assert.Equal(service.Settings.Where(each => each.Key.StartsWith("DLGS_KAFKA__", StringComparison.Ordinal) || each.Key == "DLGS_BOOTSTRAP_SERVERS")
            .OrderBy(each => each.Key), settings.OrderBy(each => each.Key));
        var secrets = pod.Spec.Volumes.Select(volume => volume.Secret.SecretName);
        Assert.Equal(["dlgs-ops", service.SecretAt(service.Settings["DLGS_KAFKA__SSL_CA_LOCATION"])], secrets);
        Assert.Contains("dlgs-ops", service.Rendering.OfKind("KafkaUser").Select(user => user.Name));
        // Whatever selects the service's pods does not select this one.
        Assert.Null(pod.Metadata?.Labels);
    }
}
