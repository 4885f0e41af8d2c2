using Confluent.Kafka;

namespace Dlgs.Streams.SystemTests;

/// <summary>The tests that share the three brokers, one after the other, and nothing beside them: they would take each other's processor.</summary>
[CollectionDefinition(nameof(ThreeBrokers), DisableParallelization = true)]
public sealed class ThreeBrokers : ICollectionFixture<LocalCluster>;

/// <summary>
/// Three brokers of KAFKA_HOME, each a controller too, as a cluster in production is: three replicas, two of which must have a record, and
/// Kafka's own time-outs. Brokers are numbered from 1. Started for the first test that asks; each finds all three up and in sync.
/// </summary>
public sealed class LocalCluster : IDisposable
{
    public const int Count = 3;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(5);

    private readonly string folder = Directory.CreateTempSubdirectory("dlgs-cluster-").FullName;
    private readonly int[] ports = [.. Enumerable.Range(0, Count).Select(_ => LoopbackPort.Free())];
    private BrokerProcess[] brokers = [];

    public string BootstrapServers => string.Join(',', ports.Select(port => $"127.0.0.1:{port}"));

    /// <summary>The brokers, all of them up, or the test is skipped.</summary>
    public async Task<string> RequireAsync()
    {
        Assert.SkipWhen(BrokerProcess.Home is null, BrokerProcess.Missing);
        if (brokers.Length == 0) await FormatAsync(BrokerProcess.Home!);
        // Together: of three controllers a lone one cannot start.
        await Task.WhenAll(brokers.Where(broker => !broker.IsRunning).Select(broker => broker.LaunchAsync()));
        await WaitInSyncAsync();
        return BootstrapServers;
    }

    /// <summary>kill -9.</summary>
    public void Kill(int broker) => brokers[broker - 1].Kill();

    /// <summary>On the same port, with the data that it had.</summary>
    public Task StartAsync(int broker) => brokers[broker - 1].LaunchAsync();

    /// <summary>A controlled shutdown: it hands its partitions over first.</summary>
    public Task StopAsync(int broker) => brokers[broker - 1].StopAsync();

    /// <summary>It hangs: connections stay open, nothing is answered.</summary>
    public void Pause(int broker) => brokers[broker - 1].Pause();

    public void Resume(int broker) => brokers[broker - 1].Resume();

    /// <summary>The broker that leads most partitions of a topic.</summary>
    public int LeaderOfMost(string topic) => Ask()!.Topics.Find(t => t.Topic == topic)!.Partitions.CountBy(p => p.Leader).MaxBy(led => led.Value).Key;

    /// <summary>All that the broker led has another leader. One that is killed is found dead after 9 s.</summary>
    public Task WaitForLeadersBesidesAsync(int broker) =>
        Eventually.IsTrueAsync(
            () => Ask() is { } now && Partitions(now).All(p => p.Leader > 0 && p.Leader != broker),
            Patience, () => $"other leaders than broker {broker}");

    /// <summary>Each partition has a leader and all its replicas: only then may another broker go.</summary>
    public Task WaitInSyncAsync() =>
        Eventually.IsTrueAsync(
            () => Ask() is { } now && now.Brokers.Count == Count
                && Partitions(now).All(p => p.Leader > 0 && p.InSyncReplicas.Length == p.Replicas.Length),
            Patience, () => "all replicas to be in sync");

    public void Dispose()
    {
        foreach (var broker in brokers) broker.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private static IEnumerable<PartitionMetadata> Partitions(Metadata metadata) => metadata.Topics.SelectMany(topic => topic.Partitions);

    /// <summary>Null: nobody answered.</summary>
    private Metadata? Ask()
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = BootstrapServers })
            .SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        try
        {
            return admin.GetMetadata(Answer);
        }
        catch (KafkaException)
        {
            return null;
        }
    }

    private async Task FormatAsync(string home)
    {
        var controllers = Enumerable.Range(1, Count).Select(id => $"{id}@127.0.0.1:{LoopbackPort.Free()}").ToArray();
        brokers = [.. Enumerable.Range(1, Count).Select(id => new BrokerProcess(home, Path.Combine(folder, $"{id}"), Settings(id, controllers)))];
        var clusterId = BrokerProcess.NewClusterId();
        await Task.WhenAll(brokers.Select(broker => broker.FormatAsync(clusterId)));
    }

    /// <summary>Not Kafka's defaults: few internal partitions for a fast start, no wait for members.</summary>
    private string Settings(int id, string[] controllers) => $"""
        process.roles=broker,controller
        node.id={id}
        controller.quorum.voters={string.Join(',', controllers)}
        listeners=PLAINTEXT://127.0.0.1:{ports[id - 1]},CONTROLLER://{controllers[id - 1].Split('@')[1]}
        advertised.listeners=PLAINTEXT://127.0.0.1:{ports[id - 1]}
        controller.listener.names=CONTROLLER
        log.dirs={Path.Combine(folder, $"{id}", "data")}
        default.replication.factor=3
        min.insync.replicas=2
        offsets.topic.replication.factor=3
        offsets.topic.num.partitions=4
        transaction.state.log.replication.factor=3
        transaction.state.log.min.isr=2
        transaction.state.log.num.partitions=4
        group.initial.rebalance.delay.ms=0
        auto.create.topics.enable=false
        """;
}
