using Dlgs.Streams.Access;
using Dlgs.Streams.Settings;
using k8s.Models;
using YamlDotNet.RepresentationModel;

namespace Dlgs.Streams.Tests.Manifests;

/// <summary>In overlays/production all Secrets are made, and what cert-manager makes is what the program takes.</summary>
public sealed class CertificateManifestTests
{
    private const string Folder = "overlays/production";

    [Fact]
    public async Task Every_Secret_that_is_mounted_is_made_by_somebody()
    {
        var rendering = await Rendering.OfAsync(Folder);
        var ofUsers = rendering.OfKind("KafkaUser").Select(user => user.Name);
        var ofCertificates = rendering.OfKind("Certificate").Select(certificate => certificate.Root.At("spec").Text("secretName"));
        var ofCluster = rendering.OfKind("KafkaUser").Select(user => $"{user.Root.At("metadata").At("labels").Text("strimzi.io/cluster")}-cluster-ca-cert");
        var pod = await PodManifest.OfAsync(Folder);
        Assert.Empty(pod.Files.Select(file => file.Secret).Except([.. ofUsers, .. ofCertificates, .. ofCluster]));
    }

    [Fact]
    public async Task Instances_show_each_other_the_name_of_peers_by_an_authority_of_their_own()
    {
        var pod = await PodManifest.OfAsync(Folder);
        var peer = await OfSecretAsync(pod.SecretAt(pod.Settings["DLGS_PEER_CERTIFICATE"]));
        Assert.Equal([PeerTls.Name], peer.At("dnsNames").Texts());
        Assert.Equal(["client auth", "digital signature", "server auth"], peer.At("usages").Texts().Order());
        // ca.crt of a Secret is the authority that signed it.
        Assert.Equal(pod.SecretAt(pod.Settings["DLGS_PEER_CERTIFICATE"]), pod.SecretAt(pod.Settings["DLGS_PEER_CA"]));
        var callers = await OfSecretAsync(pod.SecretAt(pod.Settings["DLGS_TLS_CLIENT_CA"]));
        Assert.NotEqual(await AuthorityOfAsync(peer), callers.Text("secretName"));
    }

    [Fact]
    public async Task Callers_find_the_name_that_they_call_by()
    {
        var rendering = await Rendering.OfAsync(Folder);
        var pod = await PodManifest.OfAsync(Folder);
        var server = await OfSecretAsync(pod.SecretAt(pod.Settings["DLGS_TLS_CERTIFICATE"]));
        var space = pod.Set.Metadata.NamespaceProperty;
        foreach (var service in rendering.Of<V1Service>("Service").Select(service => service.Metadata.Name))
            Assert.Empty(new[] { service, $"{service}.{space}.svc", $"{service}.{space}.svc.cluster.local" }.Except(server.At("dnsNames").Texts()));
        Assert.Contains($"*.{pod.Set.Spec.ServiceName}.{space}.svc", server.At("dnsNames").Texts());
        Assert.Contains("server auth", server.At("usages").Texts());
    }

    /// <summary>All names that have roles are those of certificates of the authority that the service trusts.</summary>
    [Fact]
    public async Task Who_has_a_role_has_a_certificate()
    {
        var pod = await PodManifest.OfAsync(Folder);
        var authority = pod.SecretAt(pod.Settings["DLGS_TLS_CLIENT_CA"]);
        var callers = new List<string>();
        foreach (var certificate in (await Rendering.OfAsync(Folder)).OfKind("Certificate").Select(each => each.Root.At("spec")))
            if (certificate.Find("usages")?.Texts().SequenceEqual(["digital signature", "client auth"]) == true
                && await AuthorityOfAsync(certificate) == authority)
                callers.Add($"cn:{certificate.Text("commonName")}");
        var roles = pod.Settings["DLGS_ROLES"];
        Assert.NotNull(RoleMap.Parse(roles, out _));
        Assert.Equal(callers.Order(), roles.Split(';', StringSplitOptions.TrimEntries).Select(each => each.Split('=')[0]).Order());
    }

    /// <summary>The alert comes when a renewal is overdue, not before.</summary>
    [Fact]
    public async Task Certificates_are_renewed_long_before_the_alert()
    {
        var leaves = (await Rendering.OfAsync(Folder)).OfKind("Certificate").Select(each => each.Root.At("spec")).Where(spec => spec.Find("isCA") is null);
        Assert.All(leaves, leaf => Assert.True(TimeSpan.FromHours(int.Parse(leaf.Text("renewBefore").TrimEnd('h'))) > TimeSpan.FromDays(14)));
    }

    private static async Task<YamlNode> OfSecretAsync(string secret) =>
        (await Rendering.OfAsync(Folder)).OfKind("Certificate").Select(each => each.Root.At("spec")).Single(spec => spec.Text("secretName") == secret);

    /// <summary>The Secret of the authority that signs it.</summary>
    private static async Task<string> AuthorityOfAsync(YamlNode certificate)
    {
        var issuer = (await Rendering.OfAsync(Folder)).OfKind("Issuer").Single(each => each.Name == certificate.At("issuerRef").Text("name"));
        return issuer.Root.At("spec").Find("ca")?.Text("secretName") ?? "";
    }
}
