using Dlgs.Streams.Contracts.V1;

namespace Dlgs.Streams.Tests.Grpc;

/// <summary>DialogQuery/Count over several partitions.</summary>
public sealed class CountTests
{
    private static DialogFilter Src(FilterOperator op, string value) => new() { Field = DialogField.Src, Operator = op, Value = value };

    [Fact]
    public async Task Every_filter_has_its_own_answer_over_all_partitions()
    {
        await using var host = await QueryHost.StartAsync(partitions: 4);
        for (var i = 0; i < 20; i++)
            host.Call($"call-{i}", src: i % 2 == 0 ? "alice@a.example" : $"+4930{i}", data: i < 5 ? "trunk" : "", tag: i < 3 ? "vip" : null);
        var request = new CountRequest
        {
            Filters =
            {
                Src(FilterOperator.Eq, "alice@a.example"), Src(FilterOperator.Ne, "alice@a.example"),
                Src(FilterOperator.Sw, "+49"), Src(FilterOperator.Fm, "*@?.example"), Src(FilterOperator.Re, "^ALICE|9$"),
                new DialogFilter { Field = DialogField.Any, Operator = FilterOperator.Eq, Value = "trunk" },
                new DialogFilter { Field = DialogField.Any, Operator = FilterOperator.Ne, Value = "trunk" },
                new DialogFilter { Tag = "vip" },
            },
            Demand = new Demand { Complete = true, Partitions = true },
        };
        var response = await host.CountAsync(request);
        Assert.Equal([10, 10, 10, 10, 12, 5, 20, 3], response.Counts);
        Assert.True(response.Coverage.Complete);
        Assert.Equal([0, 1, 2, 3], response.Coverage.Partitions.Select(p => p.Partition));
        Assert.Equal(60, response.Coverage.Partitions.Sum(p => p.ProcessedOffset));
    }

    [Fact]
    public async Task Without_filters_all_that_are_up_count()
    {
        await using var host = await QueryHost.StartAsync(partitions: 2);
        host.Call("a");
        host.Call("b", steps: "180");
        host.Call("c", steps: ["200", "ACK", "BYE"]);
        Assert.Equal([2], (await host.CountAsync(new CountRequest())).Counts);
    }

    [Fact]
    public async Task Call_being_set_up_does_not_count_itself()
    {
        await using var host = await QueryHost.StartAsync(partitions: 2);
        host.Call("a");
        host.Call("b", tag: "vip");
        var request = new CountRequest
        {
            ExcludeCallId = "b",
            Filters = { Src(FilterOperator.Eq, "alice@a.example"), Src(FilterOperator.Re, "alice"), new DialogFilter { Tag = "vip" } },
        };
        Assert.Equal([1, 1, 0], (await host.CountAsync(request)).Counts);
    }

    [Fact]
    public async Task States_narrow_filters_and_tags_and_the_total()
    {
        await using var host = await QueryHost.StartAsync();
        host.Call("a", tag: "vip", steps: "180");
        host.Call("b", tag: "vip", steps: "200");
        host.Call("c", tag: "vip");
        var request = new CountRequest
        {
            States = { DialogState.Progress, DialogState.Confirmed },
            Filters = { Src(FilterOperator.Eq, "alice@a.example"), new DialogFilter { Tag = "vip" } },
        };
        Assert.Equal([2, 2], (await host.CountAsync(request)).Counts);
        request.Filters.Clear();
        Assert.Equal([2], (await host.CountAsync(request)).Counts);
    }
}
