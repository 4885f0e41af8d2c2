using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Tests.Grpc;
using Grpc.Core;
using PartitionPhase = Dlgs.Streams.Partitions.PartitionPhase;

namespace Dlgs.Streams.Tests.Cluster;

/// <summary>Any instance answers for all of them.</summary>
public sealed class FanOutTests
{
    private static readonly Demand Complete = new() { Complete = true };

    private static DialogFilter Src(string value, FilterOperator op = FilterOperator.Eq) => new() { Field = DialogField.Src, Operator = op, Value = value };

    [Fact]
    public async Task Every_instance_gives_the_answer_that_one_alone_would_give()
    {
        await using var cluster = await ClusterHosts.StartAsync(instances: 3, partitions: 8);
        await using var alone = await QueryHost.StartAsync(partitions: 8);
        for (var i = 0; i < 60; i++)
        {
            string[] steps = i % 3 == 0 ? ["180"] : i % 3 == 1 ? ["200", "ACK"] : ["200"];
            cluster.Call($"call-{i}", src: $"caller-{i % 7}", tag: i % 5 == 0 ? "vip" : null, steps);
            alone.Call($"call-{i}", src: $"caller-{i % 7}", tag: i % 5 == 0 ? "vip" : null, steps: steps);
        }
        foreach (var host in cluster.Hosts)
        {
            DialogFilter[] filters = [Src("caller-1"), Src("caller", FilterOperator.Sw), new DialogFilter { Tag = "vip" }];
            var count = new CountRequest { Filters = { filters }, Demand = Complete };
            Assert.Equal((await alone.CountAsync(count)).Counts, (await host.CountAsync(count)).Counts);
            var stats = new StatsRequest { Demand = Complete };
            Assert.Equal((await alone.StatsAsync(stats)).Active, (await host.StatsAsync(stats)).Active);
            foreach (var (top, above) in new[] { (0, 0), (3, 0), (20, 5) })
            {
                var group = new GroupRequest { By = GroupField.Src, Top = top, Above = above, Demand = Complete };
                var (expected, actual) = (await alone.GroupAsync(group), await host.GroupAsync(group));
                Assert.Equal((expected.Groups, expected.Limited), (actual.Groups, actual.Limited));
            }
            Assert.Equal(await ListAsync(alone, 1_000), await ListAsync(host, 7));
            Assert.Equal(Ids((await alone.StreamListAsync(new ListRequest { Demand = Complete })).SelectMany(page => page.Dialogs)),
                Ids((await host.StreamListAsync(new ListRequest { Demand = Complete })).SelectMany(page => page.Dialogs)));
            for (var i = 0; i < 60; i += 7)
                Assert.Equal((await alone.GetAsync(new GetRequest { CallId = $"call-{i}" })).Dialogs.Single().Id,
                    (await host.GetAsync(new GetRequest { CallId = $"call-{i}" })).Dialogs.Single().Id);
            var first = new GetRequest { Filter = Src("caller-2"), Limit = 3 };
            Assert.Equal(Ids((await alone.GetAsync(first)).Dialogs), Ids((await host.GetAsync(first)).Dialogs));
        }
    }

    [Fact]
    public async Task Calls_have_one_order_over_all_instances_and_a_count_up_to_one_says_its_place()
    {
        await using var cluster = await ClusterHosts.StartAsync(instances: 3, partitions: 8);
        string[] calls = [.. Enumerable.Range(0, 30).Select(i => $"call-{i}")];
        foreach (var call in calls) cluster.Call(call, src: "alice");
        var places = new List<long[]>();
        foreach (var host in cluster.Hosts)
        {
            var counts = await Task.WhenAll(calls.Select(call =>
                host.CountAsync(new CountRequest { Filters = { Src("alice") }, UpToCallId = call, Demand = Complete })));
            places.Add([.. counts.Select(count => count.Counts[0])]);
            // Where it is not known, nothing is left out.
            Assert.Equal([30], (await host.CountAsync(new CountRequest { Filters = { Src("alice") }, UpToCallId = "nobody", Demand = Complete })).Counts);
        }
        Assert.Equal(Enumerable.Range(1, 30).Select(i => (long)i), places[0].Order());
        Assert.All(places, of => Assert.Equal(places[0], of));
        // A call is not in its own way, nor are those after it.
        var first = new CountRequest { Filters = { Src("alice") }, UpToCallId = calls[Array.IndexOf(places[0], 1L)], Demand = Complete };
        first.ExcludeCallId = first.UpToCallId;
        Assert.Equal([0], (await cluster.Hosts[2].CountAsync(first)).Counts);
    }

    [Fact]
    public async Task Instance_without_partitions_answers_for_the_others_and_is_asked_by_them()
    {
        await using var cluster = await ClusterHosts.StartAsync(instances: 2, partitions: 2);
        var (owner, idle) = (cluster.Hosts[0], cluster.Hosts[1]);
        idle.Registry.Remove(idle.Registry.Find(1)!);
        owner.Activate(1);
        for (var i = 0; i < 10; i++) owner.Call($"call-{i}");
        foreach (var host in cluster.Hosts)
        {
            Assert.Equal([10], (await host.CountAsync(new CountRequest { Filters = { Src("alice", FilterOperator.Sw) }, Demand = Complete })).Counts);
            Assert.Equal(10, (await host.StatsAsync(new StatsRequest { Demand = Complete })).ActiveTotal);
            foreach (var by in new[] { GroupField.Src, GroupField.State })
                Assert.Equal(10, (await host.GroupAsync(new GroupRequest { By = by, Demand = Complete })).Groups.Single().Count);
            Assert.Equal(10, (await ListAsync(host, 3)).Count);
            Assert.Single((await host.GetAsync(new GetRequest { CallId = "call-1", Demand = Complete })).Dialogs);
        }
    }

    [Fact]
    public async Task Tags_and_closes_are_done_by_the_owner_whoever_is_asked()
    {
        await using var cluster = await ClusterHosts.StartAsync(instances: 3, partitions: 6);
        for (var i = 0; i < 12; i++) cluster.Call($"call-{i}");
        foreach (var (i, host) in cluster.Hosts.Index())
        {
            var tagged = await host.AddTagAsync(new TagRequest { CallId = $"call-{i}", Tag = "vip" });
            Assert.Equal(["vip"], tagged.Dialogs.Single().Tags);
            var demand = new Demand { Complete = true, Positions = { tagged.Position } };
            foreach (var other in cluster.Hosts)
                Assert.Equal([i + 1], (await other.CountAsync(new CountRequest { Filters = { new DialogFilter { Tag = "vip" } }, Demand = demand })).Counts);
            var refused = await QueryHost.RefusedAsync(host.AddTagAsync(new TagRequest { CallId = "nobody", Tag = "vip" }));
            Assert.Equal(StatusCode.NotFound, refused.StatusCode);
            Assert.Single((await host.CloseAsync(new CloseRequest { CallId = $"call-{i + 3}", ClosedBy = "noc" })).Dialogs);
        }
        var close = new CloseRequest { Filter = Src("alice", FilterOperator.Sw), ClosedBy = "noc", DryRun = true };
        Assert.Equal(9, (await cluster.Hosts[1].CloseAsync(close)).Dialogs.Count);
        close.DryRun = false;
        Assert.Equal(9, (await cluster.Hosts[2].CloseAsync(close)).Dialogs.Count);
        Assert.Equal([0], (await cluster.Hosts[0].CountAsync(new CountRequest { Demand = Complete })).Counts);
    }

    [Fact]
    public async Task Partitions_that_nobody_has_are_named_and_never_pass_for_complete()
    {
        await using var cluster = await ClusterHosts.StartAsync(instances: 3, partitions: 6);
        for (var i = 0; i < 30; i++) cluster.Call($"call-{i}");
        cluster.OwnerOf(4).Registry.Find(4)!.MoveTo(PartitionPhase.Draining);
        var there = Enumerable.Range(0, 30).Count(i => cluster.PartitionOf($"call-{i}") != 4);
        foreach (var host in cluster.Hosts)
        {
            var partial = await host.CountAsync(new CountRequest());
            Assert.Equal((false, there), (partial.Coverage.Complete, partial.Counts[0]));
            Assert.Equal([4], partial.Coverage.MissingPartitions);
            foreach (var refused in new[]
            {
                await QueryHost.RefusedAsync(host.CountAsync(new CountRequest { Demand = Complete })),
                await QueryHost.RefusedAsync(host.StatsAsync(new StatsRequest { Demand = Complete })),
                await QueryHost.RefusedAsync(host.ListAsync(new ListRequest { Demand = Complete })),
                await QueryHost.RefusedAsync(host.GroupAsync(new GroupRequest { By = GroupField.Src, Demand = Complete })),
            })
            {
                Assert.Equal(StatusCode.Unavailable, refused.StatusCode);
                Assert.Contains("4 answer on no instance", refused.Detail, StringComparison.Ordinal);
            }
            Assert.Equal([4], (await host.ListAsync(new ListRequest())).Coverage.MissingPartitions);
        }
    }

    /// <summary>As in the middle of a hand-over: the owner before does not know yet that it is none.</summary>
    [Fact]
    public async Task Of_two_owners_the_higher_generation_counts_and_nothing_is_summed_twice()
    {
        await using var cluster = await ClusterHosts.StartAsync(instances: 3, partitions: 3);
        for (var i = 0; i < 30; i++) cluster.Call($"call-{i}");
        var calls = Enumerable.Range(0, 30).ToLookup(i => cluster.PartitionOf($"call-{i}"), i => $"call-{i}");
        // The new owner has what the old one had, and one call more.
        var successor = cluster.Hosts[2];
        successor.Activate(0, generation: 2);
        foreach (var call in calls[0]) successor.Call(call);
        var later = Enumerable.Range(100, 1_000).Select(i => $"call-{i}").First(call => cluster.PartitionOf(call) == 0);
        successor.Call(later);
        await ClusterHosts.UntilAsync(() => cluster.Hosts.All(host => host == successor || SaysOf(host, "instance-2", 0) == 2), "all to know the new owner");
        foreach (var host in cluster.Hosts)
        {
            var count = await host.CountAsync(new CountRequest { Demand = new Demand { Complete = true, Partitions = true } });
            Assert.Equal([31], count.Counts);
            Assert.Equal([2, 1, 1], count.Coverage.Partitions.Select(p => p.Generation));
            Assert.Equal(31, (await host.StatsAsync(new StatsRequest { Demand = Complete })).ActiveTotal);
            Assert.Equal(31, (await host.GroupAsync(new GroupRequest { By = GroupField.Src, Demand = Complete })).Groups.Single().Count);
            Assert.Equal(31, (await ListAsync(host, 1_000)).Count);
            Assert.Single((await host.GetAsync(new GetRequest { CallId = later })).Dialogs);
        }
    }

    [Fact]
    public async Task Refusal_of_another_instance_has_its_words()
    {
        await using var cluster = await ClusterHosts.StartAsync(instances: 2, partitions: 2, ("query_time", "2"));
        var refused = await QueryHost.RefusedAsync(cluster.Hosts[0].CountAsync(new CountRequest
        {
            Demand = new Demand { Positions = { new Position { Partition = 1, Offset = 99 } } },
        }));
        Assert.Equal(StatusCode.DeadlineExceeded, refused.StatusCode);
        cluster.Hosts[0].InputEnd = 7;
        refused = await QueryHost.RefusedAsync(cluster.Hosts[0].CountAsync(new CountRequest
        {
            Demand = new Demand { Positions = { new Position { Partition = 1, Offset = 99 } } },
        }));
        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
        Assert.StartsWith("demand.positions[0].offset: 0 to 7", refused.Detail, StringComparison.Ordinal);
    }

    private static long SaysOf(QueryHost host, string instance, int partition) =>
        ClusterHosts.Members(host).Known.First(member => member.Hello!.Instance == instance).Hello!.Partitions
            .FirstOrDefault(said => said.Partition == partition)?.Generation ?? 0;

    private static async Task<List<string>> ListAsync(QueryHost host, int pageSize)
    {
        var (request, found) = (new ListRequest { PageSize = pageSize, Demand = Complete }, new List<string>());
        do
        {
            var page = await host.ListAsync(request);
            found.AddRange(Ids(page.Dialogs));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return found;
    }

    private static IEnumerable<string> Ids(IEnumerable<Dialog> dialogs) => dialogs.Select(dialog => dialog.Id);
}
