using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Partitions;
using Dlgs.Streams.Settings;
using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Cluster;

/// <summary>Where this instance listens for its peers, once it does; null: not yet.</summary>
internal delegate Uri? FindOwnAddress();

/// <summary>What each partition of this instance is, in the words of the protocol.</summary>
internal delegate IEnumerable<PartitionCoverage> DescribePartitions();

/// <summary>What this instance says of itself.</summary>
internal sealed class OwnHello(IOptions<ClusterOptions> cluster, PartitionRegistry registry, FindOwnAddress address, DescribePartitions partitions)
{
    public string Run { get; } = Guid.NewGuid().ToString("N");

    public string Instance => cluster.Value.Instance;

    public PeerHello Say(IReadOnlyList<string> known, bool isLeaving) => new()
    {
        Instance = Instance,
        Run = Run,
        Address = address()?.ToString() ?? "",
        TopicPrefix = cluster.Value.TopicPrefix,
        InputId = registry.InputId,
        PartitionCount = registry.PartitionCount,
        Partitions = { partitions() },
        Known = { known },
        Leaving = isLeaving,
    };

    /// <summary>One that does not know its topics yet has nothing to say, and may be ours.</summary>
    public bool IsOfCluster(PeerHello hello) =>
        hello.TopicPrefix == cluster.Value.TopicPrefix
            && (hello.InputId.Length == 0 || registry.InputId.Length == 0 || hello.InputId == registry.InputId)
            && (hello.PartitionCount == 0 || registry.PartitionCount == 0 || hello.PartitionCount == registry.PartitionCount);
}
