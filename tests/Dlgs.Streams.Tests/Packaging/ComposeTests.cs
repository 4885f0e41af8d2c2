using Dlgs.Streams.Hosting;
using Dlgs.Streams.Settings;
using Microsoft.Extensions.Configuration;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Dlgs.Streams.Tests.Packaging;

/// <summary>k8s/local/compose.yaml, held against the program: what it says to an instance is settings, and fits.</summary>
public sealed class ComposeTests
{
    private const string Network = "service:kafka";

    private static readonly ComposeFile Compose = Read();

    public static TheoryData<string> Instances => [.. Compose.Services.Keys.Where(name => name != "kafka")];

    [Theory]
    [MemberData(nameof(Instances))]
    public void Instance_is_told_settings_that_the_service_takes(string name)
    {
        var environment = new EnvironmentSettings(Compose.Services[name].Environment);
        Assert.Empty(environment.Warnings);
        Assert.Equal(Compose.Services[name].Environment.Count, environment.Values.Count);
        using var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection(environment.Values);
        configuration.CheckSettings();
        Assert.Equal(name, environment.Values["instance"]);
    }

    /// <summary>One network has each port once.</summary>
    [Fact]
    public void Instances_share_a_network_and_no_port_and_know_each_other()
    {
        var (a, b) = (Settings("a"), Settings("b"));
        Assert.All([a, b], settings => Assert.Equal(4, settings.Ports.Distinct().Count()));
        Assert.Empty(a.Ports.Intersect(b.Ports));
        Assert.Equal((a.Peer, b.Peer), (b.Peers, a.Peers));
        Assert.All(["a", "b"], name => Assert.Equal(Network, Compose.Services[name].NetworkMode));
        int[] probes = [a.Ports[2], b.Ports[2]];
        Assert.Equal(probes.Select(port => $"127.0.0.1:{port}:{port}").Prepend("127.0.0.1:9092:9092"), Compose.Services["kafka"].Ports);
    }

    [Theory]
    [MemberData(nameof(Instances))]
    public void Instance_may_write_nothing_is_asked_for_its_health_and_has_time_to_end(string name)
    {
        var service = Compose.Services[name];
        Assert.True(service.ReadOnly);
        Assert.Equal(["ALL"], service.CapDrop);
        Assert.Equal(["CMD", "dlgs", "health", "--ready"], service.Healthcheck!.Test);
        Assert.True(TimeSpan.FromSeconds(int.Parse(service.StopGracePeriod.TrimEnd('s'), null)) >= ServiceHost.StopTimeout * 2);
    }

    private static (string Peer, string Peers, int[] Ports) Settings(string name)
    {
        var said = new EnvironmentSettings(Compose.Services[name].Environment).Values;
        string[] addresses = [said.GetValueOrDefault("grpc") ?? new GrpcOptions().Address, said.GetValueOrDefault("http") ?? new HttpOptions().Address,
            // The image has a port of probes of its own accord.
            said.GetValueOrDefault("probes") ?? DockerfileTests.Probes, said["peer"]!];
        return (said["peer"]!, said["peers"]!, [.. addresses.Select(address => new Uri(address).Port)]);
    }

    /// <summary>Strictly: a key that no property here has, or one that comes twice, is an error.</summary>
    private static ComposeFile Read() => new DeserializerBuilder().WithNamingConvention(UnderscoredNamingConvention.Instance).WithDuplicateKeyChecking().Build()
        .Deserialize<ComposeFile>(File.ReadAllText(Path.Combine(Repository.Root, "k8s/local/compose.yaml")));

    private sealed class ComposeFile
    {
        public Dictionary<string, Container> Services { get; set; } = [];
    }

    private sealed class Container
    {
        public string Image { get; set; } = "";
        public string Build { get; set; } = "";
        public string[] Ports { get; set; } = [];
        public string[] DependsOn { get; set; } = [];
        public string NetworkMode { get; set; } = "";
        public Dictionary<string, string> Environment { get; set; } = [];
        public bool ReadOnly { get; set; }
        public string[] CapDrop { get; set; } = [];
        public string[] SecurityOpt { get; set; } = [];
        public Health? Healthcheck { get; set; }
        public string StopGracePeriod { get; set; } = "0s";
    }

    private sealed class Health
    {
        public string[] Test { get; set; } = [];
        public string Interval { get; set; } = "";
        public string Timeout { get; set; } = "";
        public string StartPeriod { get; set; } = "";
    }
}
