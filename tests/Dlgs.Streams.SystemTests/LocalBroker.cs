using Confluent.Kafka;

namespace Dlgs.Streams.SystemTests;

/// <summary>
/// One broker of the distribution in KAFKA_HOME (its libs/ is all that is needed), in a temporary folder, on free loopback ports. Unlike a
/// container it can be killed or made to hang, and comes back under its address.
/// </summary>
internal sealed class LocalBroker : IDisposable
{
    public const string Missing = "No broker to kill: set KAFKA_HOME to an unpacked Apache Kafka (Java 17 or later in JAVA_HOME or on the PATH).";

    private readonly string folder = Directory.CreateTempSubdirectory("dlgs-kafka-").FullName;
    private readonly string home;
    private readonly string[] settings;
    private ChildProcess? process;

    private LocalBroker(string home, string[] settings) => (this.home, this.settings) = (home, settings);

    public static string? Home => Environment.GetEnvironmentVariable("KAFKA_HOME") is { Length: > 0 } home ? home : null;

    public string BootstrapServers { get; } = $"127.0.0.1:{LoopbackPort.Free()}";

    private string Properties => Path.Combine(folder, "server.properties");

    private string Logging => Path.Combine(folder, "log4j2.properties");

    /// <summary>A broker of the test's own, or the test is skipped.</summary>
    public static Task<LocalBroker> RequireAsync(params string[] settings)
    {
        Assert.SkipWhen(Home is null, Missing);
        return StartAsync(Home!, settings);
    }

    public static async Task<LocalBroker> StartAsync(string home, params string[] settings)
    {
        if (!Directory.Exists(Path.Combine(home, "libs"))) throw new DirectoryNotFoundException($"KAFKA_HOME={home} has no libs/.");
        var broker = new LocalBroker(home, settings);
        try
        {
            await broker.FormatAsync();
            await broker.LaunchAsync();
            return broker;
        }
        catch
        {
            broker.Dispose();
            throw;
        }
    }

    /// <summary>It hangs: connections stay open, nothing is answered.</summary>
    public void Pause() => process!.Signal("STOP");

    public void Resume() => process!.Signal("CONT");

    /// <summary>Whether a client gets an answer in time.</summary>
    public bool Answers(TimeSpan patience)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = BootstrapServers }).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        try
        {
            admin.GetMetadata(patience);
            return true;
        }
        catch (KafkaException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        process?.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private async Task FormatAsync()
    {
        await File.WriteAllTextAsync(Logging, """
            rootLogger.level=WARN
            rootLogger.appenderRef.out.ref=out
            logger.server.name=kafka.server
            logger.server.level=INFO
            appender.out.type=Console
            appender.out.name=out
            appender.out.layout.type=PatternLayout
            appender.out.layout.pattern=%d %p %m%n
            """);
        await File.WriteAllTextAsync(Properties, Settings(BootstrapServers, $"127.0.0.1:{LoopbackPort.Free()}", Path.Combine(folder, "data")) + string.Concat(settings.Select(setting => "\n" + setting)));
        using var format = Java("kafka.tools.StorageTool", "format", "-t", ClusterId(), "-c", Properties);
        Assert.True(await format.WaitForExitAsync() == 0, $"The broker's folder could not be formatted:\n{format.Output}");
    }

    private async Task LaunchAsync()
    {
        process = Java("kafka.Kafka", Properties);
        await process.WaitForAsync(() => process.Lines.Any(line => line.Contains("Kafka Server started", StringComparison.Ordinal)), "the broker's start");
    }

    private ChildProcess Java(string main, params string[] arguments)
    {
        var java = Environment.GetEnvironmentVariable("JAVA_HOME") is { Length: > 0 } root ? Path.Combine(root, "bin", "java") : "java";
        return new ChildProcess(java, ["-Xmx512m", "-XX:TieredStopAtLevel=1", $"-Dlog4j2.configurationFile={Logging}", "-cp", Path.Combine(home, "libs", "*"), main, .. arguments]);
    }

    /// <summary>Sixteen bytes in base64url, as Kafka wants it; one that begins with a dash would be taken for an option.</summary>
    private static string ClusterId() => "d" + Convert.ToBase64String(Guid.NewGuid().ToByteArray()).TrimEnd('=').Replace('+', '-').Replace('/', '_')[1..];

    /// <summary>Not Kafka's defaults: one replica, few internal partitions for a fast start, no wait for members.</summary>
    private static string Settings(string client, string controller, string data) => $"""
        process.roles=broker,controller
        node.id=1
        controller.quorum.voters=1@{controller}
        listeners=PLAINTEXT://{client},CONTROLLER://{controller}
        advertised.listeners=PLAINTEXT://{client}
        controller.listener.names=CONTROLLER
        log.dirs={data}
        offsets.topic.replication.factor=1
        offsets.topic.num.partitions=4
        transaction.state.log.replication.factor=1
        transaction.state.log.min.isr=1
        transaction.state.log.num.partitions=4
        group.initial.rebalance.delay.ms=0
        auto.create.topics.enable=false
        """;
}
