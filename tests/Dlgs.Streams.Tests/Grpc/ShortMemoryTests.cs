using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Tests.Cluster;
using Dlgs.Streams.Tests.Memory;
using Grpc.Core;

namespace Dlgs.Streams.Tests.Grpc;

/// <summary>While memory is short a policy engine is answered as ever, and what looks through all calls is not.</summary>
public sealed class ShortMemoryTests
{
    private static CountRequest Count(FilterOperator op) =>
        new() { Filters = { new DialogFilter { Field = DialogField.Src, Operator = op, Value = "alice@a.example" } } };

    [Fact]
    public async Task Scans_are_refused_by_the_settings_name_while_counts_and_look_ups_are_answered_until_it_is_over()
    {
        await using var host = await QueryHost.StartAsync(settings: ("instance", "a"));
        host.Call("a");
        host.HoldMemory(800 * ScriptedMemory.MiB);
        foreach (var scan in Scans(host))
        {
            var refused = await QueryHost.RefusedAsync(scan());
            Assert.Equal(StatusCode.ResourceExhausted, refused.StatusCode);
            Assert.StartsWith("Memory is short: instance a holds 800MiB, and its memory_limit is 768MiB.", refused.Detail, StringComparison.Ordinal);
        }
        Assert.Equal([1], (await host.CountAsync(Count(FilterOperator.Eq))).Counts);
        Assert.Equal([0], (await host.CountAsync(Count(FilterOperator.Ne))).Counts);
        Assert.Equal(1, (await host.StatsAsync(new StatsRequest())).ActiveTotal);
        Assert.Single((await host.GetAsync(new GetRequest { CallId = "a" })).Dialogs);
        host.HoldMemory(700 * ScriptedMemory.MiB);
        foreach (var scan in Scans(host)) await scan();
    }

    [Fact]
    public async Task In_a_cluster_the_refusal_names_the_instance_that_is_short_and_counts_are_complete()
    {
        await using var cluster = await ClusterHosts.StartAsync(instances: 2, partitions: 4);
        for (var i = 0; i < 8; i++) cluster.Call($"call-{i}");
        cluster.Hosts[1].HoldMemory(800 * ScriptedMemory.MiB);
        var refused = await QueryHost.RefusedAsync(cluster.Hosts[0].CountAsync(Count(FilterOperator.Sw)));
        Assert.Equal(StatusCode.ResourceExhausted, refused.StatusCode);
        Assert.Contains("instance-1 holds 800MiB", refused.Detail, StringComparison.Ordinal);
        var counted = await cluster.Hosts[0].CountAsync(Count(FilterOperator.Eq));
        Assert.Equal((8, true), (counted.Counts[0], counted.Coverage.Complete));
    }

    private static Func<Task>[] Scans(QueryHost host) =>
    [
        () => host.CountAsync(Count(FilterOperator.Sw)),
        () => host.ListAsync(new ListRequest()),
        () => host.GroupAsync(new GroupRequest { By = GroupField.Src }),
    ];
}
