using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Core.Stores;
using Grpc.Core;

namespace Dlgs.Streams.Tests.Grpc;

/// <summary>DialogQuery/Stats and DialogQuery/Group over several partitions, and conditions that combine.</summary>
public sealed class TotalsTests
{
    [Fact]
    public async Task Stats_sum_what_is_up_by_state_and_what_was_settled()
    {
        await using var host = await QueryHost.StartAsync(partitions: 3);
        for (var i = 0; i < 5; i++) host.Call($"up-{i}");
        host.Call("rings", steps: ["180"]);
        host.Call("over", steps: ["200", "ACK", "BYE"]);
        host.Registry.Find(1)!.Final = new FinalCounts(7, 2);
        host.Registry.Find(2)!.Final = new FinalCounts(1, 0);
        var stats = await host.StatsAsync(new StatsRequest { Demand = new Demand { Complete = true } });
        Assert.Equal(new StateCounts { Progress = 1, Confirmed = 5 }, stats.Active);
        Assert.Equal(new StateCounts { Terminated = 8, NotAnswered = 2 }, stats.Final);
        Assert.Equal((6, 10, 7), (stats.ActiveTotal, stats.FinalTotal, stats.CallsHeld));
    }

    [Fact]
    public async Task Groups_are_summed_over_the_partitions_before_they_are_cut()
    {
        await using var host = await QueryHost.StartAsync(partitions: 4);
        // One caller in every partition, each alone there; another with two in one of them would win within it.
        for (var i = 0; i < 40; i++) host.Call($"call-{i}", src: i < 12 ? "alice" : i < 20 ? "bob" : $"once-{i}");
        var groups = await host.GroupAsync(new GroupRequest { By = GroupField.Src, Top = 2 });
        Assert.Equal([("alice", 12L), ("bob", 8L)], groups.Groups.Select(g => (g.Value, g.Count)));
        Assert.True(groups.Limited);
        var above = await host.GroupAsync(new GroupRequest { By = GroupField.Src, Above = 8 });
        Assert.Equal([("alice", 12L)], above.Groups.Select(g => (g.Value, g.Count)));
        Assert.False(above.Limited);
    }

    [Fact]
    public async Task Groups_are_of_what_matches_the_filters()
    {
        await using var host = await QueryHost.StartAsync(partitions: 4);
        for (var i = 0; i < 20; i++) host.Call($"call-{i}", src: i % 2 == 0 ? "alice" : "bob", tag: i % 4 == 0 ? "vip" : i % 4 == 1 ? "gold" : null);
        var vips = new GroupRequest { By = GroupField.Src, Filters = { new DialogFilter { Tag = "vip" } } };
        Assert.Equal([("alice", 5L)], (await host.GroupAsync(vips)).Groups.Select(g => (g.Value, g.Count)));
        Assert.Equal([("gold", 5L), ("vip", 5L)], (await host.GroupAsync(new GroupRequest { By = GroupField.Tag })).Groups.Select(g => (g.Value, g.Count)));
        Assert.Equal([("confirmed", 20L)], (await host.GroupAsync(new GroupRequest { By = GroupField.State })).Groups.Select(g => (g.Value, g.Count)));
    }

    [Fact]
    public async Task All_conditions_of_a_filter_have_to_hold()
    {
        await using var host = await QueryHost.StartAsync(partitions: 4);
        for (var i = 0; i < 20; i++) host.Call($"call-{i}", src: i % 2 == 0 ? "alice" : "bob", tag: i % 4 == 0 ? "vip" : null);
        var both = new DialogFilter { Field = DialogField.Src, Value = "alice", Also = { new DialogFilter { Tag = "vip" } } };
        var none = new DialogFilter { Field = DialogField.Src, Value = "bob", Also = { new DialogFilter { Tag = "vip" } } };
        var request = new CountRequest { Filters = { both, none, new DialogFilter { Field = DialogField.Src, Value = "bob" } } };
        Assert.Equal([5, 0, 10], (await host.CountAsync(request)).Counts);
    }

    [Fact]
    public async Task Bad_groups_and_conditions_are_named_with_what_is_allowed()
    {
        await using var host = await QueryHost.StartAsync(settings: ("query_filters", "2"));
        var nested = new DialogFilter { Tag = "a", Also = { new DialogFilter { Tag = "b", Also = { new DialogFilter { Tag = "c" } } } } };
        var many = new DialogFilter { Tag = "a", Also = { new DialogFilter { Tag = "b" }, new DialogFilter { Tag = "c" } } };
        await RefusedAsync(host.GroupAsync(new GroupRequest()), "by: src, dst, data, tag or state.");
        await RefusedAsync(host.GroupAsync(new GroupRequest { By = GroupField.Src, Top = 1001 }), "top: 1 to 1000, or 0 for 20.");
        await RefusedAsync(host.GroupAsync(new GroupRequest { By = GroupField.Src, Above = -1 }), "above: not below 0.");
        await RefusedAsync(host.CountAsync(new CountRequest { Filters = { nested } }), "filters[0].also[0].also: one level deep: none here.");
        await RefusedAsync(host.CountAsync(new CountRequest { Filters = { many } }), "filters: at most 2, those in also included.");
        var empty = new DialogFilter { Tag = "a", Also = { new DialogFilter { Tag = "" } } };
        await RefusedAsync(host.CountAsync(new CountRequest { Filters = { empty } }), "filters[0].also[0].tag: 1 to 128 bytes.");
    }

    private static async Task RefusedAsync(Task query, string detail)
    {
        var refused = await QueryHost.RefusedAsync(query);
        Assert.Equal((StatusCode.InvalidArgument, detail), (refused.StatusCode, refused.Detail));
    }
}
