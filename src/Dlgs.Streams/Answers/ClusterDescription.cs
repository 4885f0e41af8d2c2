using Dlgs.Streams.Cluster;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Partitions;

namespace Dlgs.Streams.Answers;

/// <summary>The instances of the service, as this one knows them.</summary>
internal sealed class ClusterDescription(Membership members, PartitionRegistry registry)
{
    public DescribeClusterResponse Describe()
    {
        var self = ToRecord(members.OwnHello(), isDown: false);
        var others = members.Known.Select(member => ToRecord(member.Hello!, isDown: member.State == MemberState.Down));
        var response = new DescribeClusterResponse { PartitionCount = registry.PartitionCount };
        response.Members.Add(self);
        response.Members.AddRange(others.OrderBy(member => member.Instance, StringComparer.Ordinal));
        var answering = response.Members.Where(member => !member.Down).SelectMany(member => member.Partitions)
            .Where(partition => partition.Phase == Contracts.V1.PartitionPhase.Active).Select(partition => partition.Partition);
        response.MissingPartitions.AddRange(Enumerable.Range(0, registry.PartitionCount).Except(answering));
        return response;
    }

    private static ClusterMember ToRecord(PeerHello hello, bool isDown) =>
        new() { Instance = hello.Instance, Address = hello.Address, Down = isDown, Partitions = { hello.Partitions } };
}
