using Dlgs.Streams.Access;
using Dlgs.Streams.Hosting;
using Dlgs.Streams.Settings;
using Dlgs.Streams.Tests.Client;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Tests.Manifests;

/// <summary>The program is asked whether it takes the settings of the manifests.</summary>
public sealed class SettingManifestTests : IDisposable
{
    private const string Etc = "/etc/dlgs/";

    private readonly CertificateAuthority authority = new();
    private readonly string folder = Directory.CreateTempSubdirectory("dlgs").FullName;

    /// <summary>One certificate will do for all: what matters is that each is where it is looked for.</summary>
    private readonly IssuedCertificate own;

    public SettingManifestTests() => own = authority.Issue("dlgs", [PeerTls.Name]);

    public void Dispose()
    {
        authority.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>With the Secrets' files; so its ports, credentials, roles and librdkafka's settings hold, and probes find what they ask for.</summary>
    [Theory]
    [InlineData("overlays/strimzi")]
    [InlineData("overlays/production")]
    public async Task Service_is_put_together_with_them_and_has_what_probes_and_Prometheus_ask_for(string overlay)
    {
        var pod = await PodManifest.OfAsync(overlay);
        foreach (var file in pod.Files) Write(file.Path, file.Key);
        await using var app = ServiceHost.Build(settings => settings.AddInMemoryCollection(ValuesOf(pod)));
        var routes = ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Select(endpoint => endpoint.RoutePattern.RawText);
        Assert.Equal(("/healthz", "/healthz", "/readyz"),
            (pod.Program.StartupProbe.HttpGet.Path, pod.Program.LivenessProbe.HttpGet.Path, pod.Program.ReadinessProbe.HttpGet.Path));
        var scraped = pod.Rendering.OfKind("ServiceMonitor").Single().Root.At("spec").At("endpoints").Each().Single().Text("path");
        Assert.Empty(new[] { "/healthz", "/readyz", scraped }.Except(routes));
        Assert.Equal(["serve"], pod.Program.Args);
    }

    /// <summary>And base says what is missing, and nothing else is.</summary>
    [Fact]
    public async Task Base_lacks_the_brokers_alone()
    {
        var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection(ValuesOf(await PodManifest.OfAsync("base")));
        var refused = Assert.Throws<OptionsValidationException>(() => configuration.CheckSettings());
        Assert.StartsWith("bootstrap_servers: required", Assert.Single(refused.Failures), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Rendering.Folders), MemberType = typeof(Rendering))]
    public async Task Files_that_settings_name_are_mounted_and_no_others(string folder)
    {
        var pod = await PodManifest.OfAsync(folder);
        Assert.Equal(pod.Files.Select(file => file.Path).Order(), pod.Settings.Values.Where(value => value.StartsWith(Etc, StringComparison.Ordinal)).Order());
    }

    /// <summary>README: "its session (30 s)"; an instance is back within it, or its partitions move.</summary>
    [Fact]
    public async Task Rolling_restart_in_production_has_45_seconds_for_an_instance()
    {
        var pod = await PodManifest.OfAsync("overlays/production");
        Assert.Equal("45000", pod.Settings["DLGS_KAFKA__SESSION_TIMEOUT_MS"]);
        Assert.InRange(pod.Spec.TerminationGracePeriodSeconds!.Value, 1, 45);
        Assert.Equal(3, pod.Set.Spec.Replicas);
    }

    private Dictionary<string, string?> ValuesOf(PodManifest pod)
    {
        var environment = new EnvironmentSettings(pod.Settings.Append(new("DLGS_INSTANCE", "dlgs-0"))
            .ToDictionary(each => each.Key, each => each.Value.Replace(Etc, folder + "/", StringComparison.Ordinal)));
        Assert.Empty(environment.Warnings);
        return environment.Values;
    }

    private void Write(string path, string key)
    {
        var here = path.Replace(Etc, folder + "/", StringComparison.Ordinal);
        Directory.CreateDirectory(Path.GetDirectoryName(here)!);
        File.Copy(key == "ca.crt" ? authority.PemFile : key.EndsWith(".crt", StringComparison.Ordinal) ? own.PemFile : own.KeyFile, here);
    }
}
