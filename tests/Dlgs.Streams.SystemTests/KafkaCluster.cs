using System.Net.Sockets;
using DotNet.Testcontainers.Containers;
using DotNet.Testcontainers.Builders;
using Testcontainers.Kafka;

[assembly: AssemblyFixture(typeof(Dlgs.Streams.SystemTests.KafkaCluster))]

namespace Dlgs.Streams.SystemTests;

/// <summary>
/// A real Kafka for all tests: a container where Docker answers, or else a broker of the distribution in KAFKA_HOME, started and ended here.
/// Without both the tests are skipped, and say what to install.
/// </summary>
public sealed class KafkaCluster : IAsyncLifetime
{
    private KafkaContainer? container;
    private LocalBroker? broker;

    public const string Missing = "No Kafka to test with: "
        + "start Docker, or set KAFKA_HOME to an unpacked Apache Kafka (Java 17 or later in JAVA_HOME or on the PATH).";

    private const string MissingEngine = "No containers to test with: start Docker.";

    /// <summary>Null: there is none.</summary>
    public string? BootstrapServers { get; private set; }

    public async ValueTask InitializeAsync()
    {
        if (await StartContainerAsync() || BrokerProcess.Home is not { } home) return;
        broker = await LocalBroker.StartAsync(home);
        BootstrapServers = broker.BootstrapServers;
    }

    /// <summary>The brokers, or the test is skipped.</summary>
    public string Require()
    {
        Assert.SkipWhen(BootstrapServers is null, Missing);
        return BootstrapServers!;
    }

    /// <summary>The same brokers, as other containers reach them, or the test is skipped.</summary>
    public string RequireForContainers()
    {
        Assert.SkipUnless(container?.State == TestcontainersStates.Running, MissingEngine);
        return $"{container!.IpAddress}:{KafkaBuilder.BrokerPort}";
    }

    private async Task<bool> StartContainerAsync()
    {
        try
        {
            // The image of 4.2 and later refuses the trailing comma that the start script makes without an extra listener.
            container = new KafkaBuilder("apache/kafka:4.3.1").WithListener("localhost:19092").Build();
            await container.StartAsync(TestContext.Current.CancellationToken);
        }
        catch (Exception e) when (e is DockerUnavailableException or HttpRequestException or SocketException or TimeoutException)
        {
            return false;
        }
        BootstrapServers = container.GetBootstrapAddress();
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        if (container is not null) await container.DisposeAsync();
        broker?.Dispose();
    }
}
