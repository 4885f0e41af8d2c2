using System.Net;
using System.Net.Sockets;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Tests.Grpc;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Dlgs.Streams.Tests.Cluster;

/// <summary>A peer that does not answer costs its share once, and then it is not asked until it is well.</summary>
public sealed class SlowPeerTests
{
    /// <summary>The kernel takes its connections, and nobody answers: a process that hangs.</summary>
    [Fact]
    public async Task Seed_that_hangs_is_never_asked()
    {
        using var hanging = new TcpListener(IPAddress.Loopback, 0);
        hanging.Start();
        await using var host = await QueryHost.StartAsync(settings: [("peer", "http://127.0.0.1:0"), ("peers", $"http://{hanging.LocalEndpoint}")]);
        Assert.True((await host.CountAsync(new CountRequest())).Coverage.Complete);
        Assert.Empty(ClusterHosts.Members(host).Known);
    }

    /// <summary>Callers with next to no time must not take the others' answers away.</summary>
    [Fact]
    public async Task Peer_that_had_too_little_time_is_asked_by_the_next_caller()
    {
        await using var cluster = await ClusterHosts.StartAsync(instances: 2, partitions: 2);
        var (asker, peer) = (cluster.Hosts[0], cluster.Hosts[1]);
        var late = new CountRequest { Demand = new Demand { Positions = { new Position { Partition = 1, Offset = 99 } } } };
        var hurried = new CallOptions(deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddMilliseconds(30));
        var client = new DialogQuery.DialogQueryClient(asker.Channel);
        await Assert.ThrowsAsync<RpcException>(() => client.CountAsync(late, hurried).ResponseAsync);
        Assert.Equal(peer.PeerAddress, Assert.Single(ClusterHosts.Members(asker).Up).Address);
        Assert.True((await asker.CountAsync(new CountRequest())).Coverage.Complete);
    }

    [Fact]
    public async Task Peer_that_dies_under_a_question_is_missing_in_the_answer_and_is_not_asked_again()
    {
        await using var cluster = await ClusterHosts.StartAsync(instances: 3, partitions: 6);
        for (var i = 0; i < 20; i++) cluster.Call($"call-{i}");
        var dead = cluster.Hosts[2];
        await dead.DisposeAsync();
        foreach (var host in cluster.Hosts.Take(2))
        {
            Assert.Equal([2, 5], (await host.CountAsync(new CountRequest())).Coverage.MissingPartitions);
            Assert.Equal(StatusCode.Unavailable,
                (await QueryHost.RefusedAsync(host.CountAsync(new CountRequest { Demand = new Demand { Complete = true } }))).StatusCode);
            Assert.Single(ClusterHosts.Members(host).Up);
        }
    }
}
