using Confluent.Kafka;

namespace Dlgs.Streams.SystemTests;

/// <summary>
/// A lone broker of KAFKA_HOME, in a temporary folder, on free loopback ports. Unlike a container it can be made to hang, and can be given
/// settings of its own.
/// </summary>
internal sealed class LocalBroker : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("dlgs-kafka-").FullName;
    private readonly BrokerProcess broker;

    private LocalBroker(string home, string[] listeners, string[] settings) =>
        broker = new BrokerProcess(home, folder,
            Settings(string.Join(',', [$"PLAINTEXT://{BootstrapServers}", .. listeners]), $"127.0.0.1:{LoopbackPort.Free()}", DataFolder)
            + string.Concat(settings.Select(setting => "\n" + setting)));

    public string BootstrapServers { get; } = $"127.0.0.1:{LoopbackPort.Free()}";

    /// <summary>Where its logs are, a folder each partition.</summary>
    public string DataFolder => Path.Combine(folder, "data");

    /// <summary>A broker of the test's own, or the test is skipped.</summary>
    public static Task<LocalBroker> RequireAsync(params string[] settings)
    {
        Assert.SkipWhen(BrokerProcess.Home is null, BrokerProcess.Missing);
        return StartAsync(BrokerProcess.Home!, settings);
    }

    public static Task<LocalBroker> StartAsync(string home, params string[] settings) => StartAsync(home, [], settings);

    /// <summary>With listeners beside the plain one, whose names are their protocols.</summary>
    public static async Task<LocalBroker> StartAsync(string home, string[] listeners, params string[] settings)
    {
        var local = new LocalBroker(home, listeners, settings);
        try
        {
            await local.broker.FormatAsync(BrokerProcess.NewClusterId());
            await local.broker.LaunchAsync();
            return local;
        }
        catch
        {
            local.Dispose();
            throw;
        }
    }

    /// <summary>It hangs: connections stay open, nothing is answered.</summary>
    public void Pause() => broker.Pause();

    public void Resume() => broker.Resume();

    /// <summary>Waits until it has ended, by a fault of its own.</summary>
    public Task WaitForEndAsync() => broker.WaitForEndAsync();

    /// <summary>On the same port, with the data that it had.</summary>
    public Task StartAgainAsync() => broker.LaunchAsync();

    /// <summary>Whether a client gets an answer in time.</summary>
    public bool Answers(TimeSpan patience)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = BootstrapServers })
            .SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
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
        broker.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Not Kafka's defaults: one replica, few internal partitions for a fast start, no wait for members.</summary>
    private static string Settings(string listeners, string controller, string data) => $"""
        process.roles=broker,controller
        node.id=1
        controller.quorum.voters=1@{controller}
        listeners={listeners},CONTROLLER://{controller}
        advertised.listeners={listeners}
        controller.listener.names=CONTROLLER
        listener.security.protocol.map=PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL,SSL:SSL,CONTROLLER:PLAINTEXT
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
