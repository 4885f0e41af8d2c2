using Dlgs.Streams.Contracts.V1;
using Grpc.Core;
using Grpc.Net.Client;

namespace Dlgs.Streams.SystemTests.Cluster;

/// <summary>The network between instances fails, and each of them has its brokers: all keep what they have, and nobody says that he knows it all.</summary>
public sealed class CutOffTests(KafkaCluster kafka)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Instance_that_is_cut_off_from_its_peers_and_they_from_it_name_what_they_lack_until_it_is_over()
    {
        var (servers, traffic) = (kafka.Require(), new RecordedTraffic(kafka.Require()));
        using var instances = new KnownInstances(traffic, RecordedTraffic.ShortSession);
        using var interview = new Interview(servers, traffic);
        await instances.Start("a").WaitForActiveAsync(RecordedTraffic.Partitions);
        await instances.Start("b").WaitForActiveAsync(1);
        await using var calls = new CallTraffic(servers, traffic.Topics, eventsPerSecond: 200);
        await using var cut = new SeverableInstance(servers, traffic, "cut", instances.Seeds);
        await cut.StartAsync();
        string[] all = [.. instances.Addresses, cut.Address];
        await interview.UntilCompleteAsync(() => all, $"when all are there\n\n{instances.Output}");
        await Eventually.IsTrueAsync(() => MissingAt(cut.Address) == "" && Owned(cut.Address) > 0, Patience, () => "it to own partitions");

        cut.Sever();
        // Until the silence is noticed, whoever is asked waits for it. Then it is known whose partitions are missing where.
        await Eventually.IsTrueAsync(() => all.All(address => MissingAt(address) != ""), Patience, () => "the silence to be noticed");
        var missing = all.Select(MissingAt).ToArray();
        Assert.Equal(missing[0], missing[1]);
        Assert.Equal(Enumerable.Range(0, RecordedTraffic.Partitions), $"{missing[0]},{missing[2]}".Split(',').Select(int.Parse).Order());
        foreach (var address in all)
        {
            for (var i = 0; i < 3; i++) Assert.False(await interview.AskAsync(address));
            var refused = Assert.Throws<RpcException>(() => Ask(address, new Demand { Complete = true }));
            Assert.Equal(StatusCode.Unavailable, refused.StatusCode);
        }

        cut.Heal();
        await interview.UntilCompleteAsync(() => all, $"when it is over\n\n{instances.Output}");
        await calls.EndAsync();
        await interview.UntilCompleteAsync(() => all, $"at the end\n\n{instances.Output}");
        interview.Check(instances.Output);
    }

    private static string MissingAt(string address) => string.Join(',', Ask(address, new Demand()).MissingPartitions);

    private static int Owned(string address)
    {
        using var channel = GrpcChannel.ForAddress(address);
        return new DialogQuery.DialogQueryClient(channel).DescribeCluster(new DescribeClusterRequest()).Members[0].Partitions.Count;
    }

    private static Coverage Ask(string address, Demand demand)
    {
        using var channel = GrpcChannel.ForAddress(address);
        return new DialogQuery.DialogQueryClient(channel).Count(new CountRequest { Demand = demand }).Coverage;
    }
}
