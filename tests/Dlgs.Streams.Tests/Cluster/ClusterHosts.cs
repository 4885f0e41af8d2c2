using System.Text;
using Dlgs.Streams.Client;
using Dlgs.Streams.Cluster;
using Dlgs.Streams.Tests.Grpc;
using Microsoft.Extensions.DependencyInjection;

namespace Dlgs.Streams.Tests.Cluster;

/// <summary>Several instances of one service that know each other; each partition is one's, over stores that the test fills.</summary>
internal sealed class ClusterHosts : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly List<QueryHost> hosts = [];

    private ClusterHosts(int partitions) => Partitions = partitions;

    public int Partitions { get; }

    public IReadOnlyList<QueryHost> Hosts => hosts;

    /// <summary>Partition p is the one of instance p modulo the instances.</summary>
    public static async Task<ClusterHosts> StartAsync(int instances, int partitions, params (string Name, string Value)[] settings)
    {
        var cluster = new ClusterHosts(partitions);
        for (var i = 0; i < instances; i++) await cluster.JoinAsync($"instance-{i}", settings);
        foreach (var host in cluster.hosts)
            for (var partition = 0; partition < partitions; partition++)
                if (cluster.OwnerOf(partition) != host) host.Registry.Remove(host.Registry.Find(partition)!);
        await cluster.KnowEachOtherAsync();
        return cluster;
    }

    /// <summary>One more, with all partitions until the test takes them away; it is told of the first only.</summary>
    public async Task<QueryHost> JoinAsync(string name, params (string Name, string Value)[] settings)
    {
        var seed = hosts.Count == 0 ? "" : hosts[0].PeerAddress.ToString();
        hosts.Add(await QueryHost.StartAsync(Partitions, settings: [.. Given(name, seed), .. settings]));
        return hosts[^1];
    }

    /// <summary>A machine that is busy with other tests is not taken for a peer that is down.</summary>
    private static (string, string)[] Given(string name, string seed) =>
        [("instance", name), ("peer", "http://127.0.0.1:0"), ("peers", seed), ("peer_timeout", "20")];

    public QueryHost OwnerOf(int partition) => hosts[partition % hosts.Count];

    public void Call(string callId, string src = "alice@a.example", string? tag = null, params string[] steps) =>
        OwnerOf(PartitionOf(callId)).Call(callId, src: src, tag: tag, steps: steps);

    public int PartitionOf(string callId) => CallIdPartitioner.PartitionOf(Encoding.UTF8.GetBytes(callId), Partitions);

    /// <summary>All of all, and what each has.</summary>
    public Task KnowEachOtherAsync() => UntilAsync(() => hosts.All(host => Members(host).Up.Count == hosts.Count - 1), "all to know each other");

    public static Membership Members(QueryHost host) => host.Services.GetRequiredService<Membership>();

    public static async Task UntilAsync(Func<bool> condition, string what)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < Patience, $"Waited {Patience.TotalSeconds} s for {what}");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in hosts) await host.DisposeAsync();
    }
}
