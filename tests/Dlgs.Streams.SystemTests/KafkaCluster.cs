using System.Diagnostics;
using System.Net.Sockets;
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

    public const string Missing = "No Kafka to test with: start Docker, or set KAFKA_HOME to an unpacked Apache Kafka (Java 17 or later on the PATH).";

    /// <summary>Null: there is none.</summary>
    public string? BootstrapServers { get; private set; }

    public async ValueTask InitializeAsync()
    {
        if (await StartContainerAsync()) return;
        if (Environment.GetEnvironmentVariable("KAFKA_HOME") is not { Length: > 0 } home) return;
        broker = new LocalBroker(home);
        BootstrapServers = await broker.StartAsync();
    }

    /// <summary>The brokers, or the test is skipped.</summary>
    public string Require()
    {
        if (BootstrapServers is null) Assert.Skip(Missing);
        return BootstrapServers;
    }

    private async Task<bool> StartContainerAsync()
    {
        // The image of 4.2 and later refuses the trailing comma that the start script makes without an extra listener.
        try
        {
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

/// <summary>One broker of an unpacked distribution (its libs/ is all that is needed), in a temporary folder, on free loopback ports.</summary>
internal sealed class LocalBroker(string home) : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("dlgs-kafka-").FullName;
    private Process? process;

    public async Task<string> StartAsync()
    {
        var (client, controller) = (FreePort(), FreePort());
        var properties = Path.Combine(folder, "server.properties");
        await File.WriteAllTextAsync(properties, $"""
            process.roles=broker,controller
            node.id=1
            controller.quorum.voters=1@127.0.0.1:{controller}
            listeners=PLAINTEXT://127.0.0.1:{client},CONTROLLER://127.0.0.1:{controller}
            advertised.listeners=PLAINTEXT://127.0.0.1:{client}
            controller.listener.names=CONTROLLER
            log.dirs={folder}/data
            offsets.topic.replication.factor=1
            offsets.topic.num.partitions=4
            transaction.state.log.replication.factor=1
            transaction.state.log.min.isr=1
            transaction.state.log.num.partitions=4
            group.initial.rebalance.delay.ms=0
            auto.create.topics.enable=false
            """);
        using (var format = Java("kafka.tools.StorageTool", "format", "-t", Convert.ToBase64String(Guid.NewGuid().ToByteArray()).TrimEnd('=').Replace('+', '-').Replace('/', '_'), "-c", properties))
        {
            await format.WaitForExitAsync();
            if (format.ExitCode != 0) throw new InvalidOperationException($"The broker's folder could not be formatted: {await format.StandardError.ReadToEndAsync()}");
        }
        process = Java("kafka.Kafka", properties);
        var started = new TaskCompletionSource();
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data?.Contains("Kafka Server started", StringComparison.Ordinal) == true) started.TrySetResult();
        };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await started.Task.WaitAsync(TimeSpan.FromSeconds(60));
        return $"127.0.0.1:{client}";
    }

    private Process Java(string main, params string[] arguments)
    {
        var log4j = Path.Combine(folder, "log4j2.properties");
        if (!File.Exists(log4j)) File.WriteAllText(log4j, "rootLogger.level=INFO\nrootLogger.appenderRef.out.ref=out\nappender.out.type=Console\nappender.out.name=out\nappender.out.layout.type=PatternLayout\nappender.out.layout.pattern=%d %p %m%n\n");
        var start = new ProcessStartInfo("java") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[] { "-Xmx512m", "-XX:TieredStopAtLevel=1", $"-Dlog4j2.configurationFile={log4j}", "-cp", Path.Combine(home, "libs", "*"), main }.Concat(arguments)) start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }

    public void Dispose()
    {
        if (process is { HasExited: false }) process.Kill(entireProcessTree: true);
        process?.WaitForExit();
        process?.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
