using System.Text.Json.Nodes;
using Dlgs.Streams.Tests.Grpc;
using PartitionPhase = Dlgs.Streams.Partitions.PartitionPhase;

namespace Dlgs.Streams.Tests.Cluster;

/// <summary>dlgs cluster: the instances at a glance.</summary>
public sealed class ClusterCommandTests
{
    [Fact]
    public async Task Every_partition_is_one_object_with_its_owner_whoever_is_asked()
    {
        await using var cluster = await ClusterHosts.StartAsync(instances: 2, partitions: 4);
        await ClusterHosts.UntilAsync(() => cluster.Hosts.All(host => ClusterHosts.Members(host).Known[0].Hello!.Partitions.Count == 2), "it to be heard");
        foreach (var host in cluster.Hosts)
        {
            var shown = await DlgsCommand.RunAsync("cluster", "--json", "--server", host.Address);
            Assert.Equal(0, shown.Code);
            Assert.Equal(["instance-0 0 owner active 1 0", "instance-1 1 owner active 1 0", "instance-0 2 owner active 1 0", "instance-1 3 owner active 1 0"],
                shown.Output.Select(line => JsonNode.Parse(line)!)
                    .Select(row => $"{row["instance"]} {row["partition"]} {row["role"]} {row["phase"]} {row["generation"]} {row["position"]}"));
        }
    }

    [Fact]
    public async Task What_nobody_has_is_said_and_the_exit_code_is_3()
    {
        await using var host = await QueryHost.StartAsync(partitions: 2, settings: ("instance", "alone"));
        host.Registry.Find(1)!.MoveTo(PartitionPhase.Restoring);
        var shown = await DlgsCommand.RunAsync("cluster", "--server", host.Address);
        Assert.Equal(3, shown.Code);
        Assert.Contains("dlgs cluster: nobody has partitions 1.", shown.Errors);
        Assert.Contains(shown.Output, line => line.Contains("alone", StringComparison.Ordinal) && line.Contains("restoring", StringComparison.Ordinal));
    }
}
