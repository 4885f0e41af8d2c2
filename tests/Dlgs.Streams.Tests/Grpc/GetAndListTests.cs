using Dlgs.Streams.Contracts.V1;
using Grpc.Core;

namespace Dlgs.Streams.Tests.Grpc;

/// <summary>DialogQuery/Get and List.</summary>
public sealed class GetAndListTests
{
    [Fact]
    public async Task Call_is_found_by_its_call_id_with_all_that_is_known()
    {
        await using var host = await QueryHost.StartAsync(partitions: 4);
        host.Call("a", data: "trunk", tag: "vip");
        host.Call("b");
        var dialog = Assert.Single((await host.GetAsync(new GetRequest { CallId = "a" })).Dialogs);
        Assert.Equal(("a", "a", 0u, DialogState.Confirmed, "x", "trunk"),
            (dialog.CallId, dialog.FromTag, dialog.SinceCseq, dialog.State, dialog.ToTag, dialog.Data));
        Assert.Equal(["vip"], dialog.Tags);
        Assert.Empty((await host.GetAsync(new GetRequest { CallId = "A" })).Dialogs);
    }

    [Fact]
    public async Task From_tag_and_since_cseq_and_states_narrow_a_call()
    {
        await using var host = await QueryHost.StartAsync();
        host.Call("a");
        Assert.Single((await host.GetAsync(new GetRequest { CallId = "a", FromTag = "a", SinceCseq = 0, States = { DialogState.Confirmed } })).Dialogs);
        Assert.Empty((await host.GetAsync(new GetRequest { CallId = "a", FromTag = "x" })).Dialogs);
        Assert.Empty((await host.GetAsync(new GetRequest { CallId = "a", SinceCseq = 2 })).Dialogs);
        Assert.Empty((await host.GetAsync(new GetRequest { CallId = "a", States = { DialogState.Init, DialogState.Terminated } })).Dialogs);
    }

    [Fact]
    public async Task Finished_dialog_is_shown_until_it_leaves()
    {
        await using var host = await QueryHost.StartAsync();
        host.Call("a", steps: ["200", "ACK", "BYE"]);
        Assert.Equal(DialogState.Terminated, (await host.GetAsync(new GetRequest { CallId = "a" })).Dialogs.Single().State);
        var store = host.Registry.Find(0)!.Store!;
        store.Advance(store.LogTime + store.Lifetimes.Finish, default);
        Assert.Empty((await host.GetAsync(new GetRequest { CallId = "a" })).Dialogs);
    }

    [Fact]
    public async Task Get_by_filter_says_whether_its_limit_cut()
    {
        await using var host = await QueryHost.StartAsync(partitions: 3);
        for (var i = 0; i < 9; i++) host.Call($"call-{i}", src: i < 3 ? "alice" : "carol");
        var filter = new DialogFilter { Field = DialogField.Src, Value = "alice" };
        var all = await host.GetAsync(new GetRequest { Filter = filter });
        Assert.Equal((3, false), (all.Dialogs.Count, all.Limited));
        var first = await host.GetAsync(new GetRequest { Filter = filter, Limit = 1 });
        Assert.Equal((1, true), (first.Dialogs.Count, first.Limited));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1_000)]
    public async Task Pages_list_every_dialog_once(int size)
    {
        await using var host = await QueryHost.StartAsync(partitions: 3);
        for (var i = 0; i < 25; i++) host.Call($"call-{i}", src: i % 5 == 0 ? "carol" : "alice", tag: i % 2 == 0 ? "vip" : null);
        Assert.Equal(25, (await ListAsync(host, new ListRequest { PageSize = size })).Distinct().Count());
        var both = new ListRequest
        {
            PageSize = size,
            Filters = { new DialogFilter { Field = DialogField.Src, Operator = FilterOperator.Re, Value = "^ali" }, new DialogFilter { Tag = "vip" } },
        };
        var listed = await ListAsync(host, both);
        Assert.Equal(Enumerable.Range(0, 25).Where(i => i % 5 != 0 && i % 2 == 0).Select(i => $"call-{i}").ToHashSet(), listed.ToHashSet());
        Assert.Equal(10, listed.Count);
    }

    [Fact]
    public async Task Pages_of_a_partition_that_was_taken_over_do_not_fit()
    {
        await using var host = await QueryHost.StartAsync();
        host.Call("a");
        host.Call("b");
        var token = (await host.ListAsync(new ListRequest { PageSize = 1 })).NextPageToken;
        host.Activate(0, generation: 2);
        host.Call("a");
        var refused = await QueryHost.RefusedAsync(host.ListAsync(new ListRequest { PageToken = token }));
        Assert.Equal(StatusCode.Aborted, refused.StatusCode);
    }

    private static async Task<List<string>> ListAsync(QueryHost host, ListRequest request)
    {
        var listed = new List<string>();
        do
        {
            var page = await host.ListAsync(request);
            Assert.True(page.Dialogs.Count <= request.PageSize);
            listed.AddRange(page.Dialogs.Select(d => d.CallId));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return listed;
    }
}
