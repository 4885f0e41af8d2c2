using Dlgs.Streams.Kafka;
using Dlgs.Streams.Settings;
using k8s.Models;
using YamlDotNet.RepresentationModel;

namespace Dlgs.Streams.Tests.Manifests;

/// <summary>The topics and the rights of overlays/strimzi are those that the service wants.</summary>
public sealed class TopicManifestTests
{
    private static readonly Topics Topics = new(new ClusterOptions().TopicPrefix);

    /// <summary>Not the service's: it is the brokers' to say what a write is worth, and yours how long records are kept.</summary>
    private static readonly string[] Others = ["min.insync.replicas", "retention.ms"];

    [Theory]
    [InlineData("overlays/strimzi")]
    [InlineData("overlays/production")]
    public async Task Topics_are_as_the_service_would_make_them(string folder)
    {
        var manifests = (await Rendering.OfAsync(folder)).OfKind("KafkaTopic").ToDictionary(manifest => manifest.Name, manifest => manifest.Root.At("spec"));
        Assert.Equal(Topics.All.Order(), manifests.Keys.Order());
        foreach (var (name, spec) in manifests)
        {
            Assert.Equal($"{new ClusterOptions().Partitions}", spec.Text("partitions"));
            var config = ((YamlMappingNode)spec.At("config")).Children.ToDictionary(each => $"{each.Key}", each => $"{each.Value}");
            var wanted = TopicSettings.Of(name, Topics, new ClusterOptions());
            Assert.Equal(wanted.OrderBy(each => each.Key), config.Where(each => wanted.ContainsKey(each.Key)).OrderBy(each => each.Key));
            Assert.Subset(Others.ToHashSet(), config.Keys.Except(wanted.Keys).ToHashSet());
        }
    }

    [Fact]
    public async Task Users_rights_are_those_that_it_needs_and_the_one_to_read_settings()
    {
        var user = await AclsOfAsync("dlgs-kafka");
        var needed = Rights.Of(Topics).Select(right => $"{(right.Kind == "transactional id" ? "transactionalId" : right.Kind)} {right.Name} {right.Operation}");
        var settings = Topics.All.Select(topic => $"topic {topic} DescribeConfigs");
        Assert.Equal(needed.Concat(settings).Order(), user.Order());
    }

    /// <summary>README, "Kafka with TLS and rights".</summary>
    [Fact]
    public async Task Proxies_operators_and_billing_have_what_README_says()
    {
        Assert.Equal(
            [
                $"topic {Topics.DeadLetters} Read", $"topic {Topics.DialogChanges} Read", $"topic {Topics.Calls} Read",
                $"topic {Topics.SipEvents} Write", $"topic {Topics.DialogStore} Describe", "group dlgs-* Read",
            ], await AclsOfAsync("dlgs-ops"));
        Assert.Equal([$"topic {Topics.SipEvents} Write", $"topic {Topics.DialogStore} Describe"], await AclsOfAsync("dlgs-proxy"));
        Assert.Equal([$"topic {Topics.Calls} Read", "group billing* Read"], await AclsOfAsync("dlgs-billing"));
    }

    /// <summary>The operators pass over what is of no cluster, and the service asks that one's brokers.</summary>
    [Fact]
    public async Task All_is_of_one_cluster()
    {
        var rendering = await Rendering.OfAsync("overlays/strimzi");
        var cluster = Assert.Single(rendering.All.Where(manifest => manifest.ApiVersion.StartsWith("kafka.", StringComparison.Ordinal))
            .Select(manifest => manifest.Root.At("metadata").At("labels").Text("strimzi.io/cluster")).Distinct());
        var pod = await PodManifest.OfAsync("overlays/strimzi");
        Assert.Equal($"{cluster}-kafka-bootstrap:9093", pod.Settings["DLGS_BOOTSTRAP_SERVERS"]);
        Assert.Equal($"{cluster}-cluster-ca-cert", pod.SecretAt(pod.Settings["DLGS_KAFKA__SSL_CA_LOCATION"]));
        var way = Assert.Single(rendering.Of<V1NetworkPolicy>("NetworkPolicy").Single(policy => policy.Metadata.Name == "dlgs-to-brokers").Spec.Egress);
        Assert.Equal("9093", way.Ports.Single().Port.Value);
        Assert.Equal(cluster, way.To.Single().PodSelector.MatchLabels["strimzi.io/cluster"]);
    }

    private static async Task<string[]> AclsOfAsync(string user) =>
    [
        .. from manifest in (await Rendering.OfAsync("overlays/strimzi")).OfKind("KafkaUser")
           where manifest.Name == user
           from acl in manifest.Root.At("spec").At("authorization").At("acls").Each()
           let resource = acl.At("resource")
           let star = resource.Find("patternType") is { } pattern && $"{pattern}" == "prefix" ? "*" : ""
           from operation in acl.At("operations").Texts()
           select $"{resource.Text("type")} {resource.Text("name")}{star} {operation}",
    ];
}
