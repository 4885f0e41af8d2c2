using Dlgs.Streams.Contracts.V1;

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
    public async Task List_goes_on_where_it_was_on_another_owner_of_the_partition()
    {
        await using var host = await QueryHost.StartAsync();
        foreach (var callId in new[] { "b", "a", "c" }) host.Call(callId);
        var first = await host.ListAsync(new ListRequest { PageSize = 1 });
        Assert.Equal("a", first.Dialogs.Single().CallId);
        host.Activate(0, generation: 2);
        foreach (var callId in new[] { "c", "b", "a" }) host.Call(callId);
        Assert.Equal(["b", "c"], await ListAsync(host, new ListRequest { PageSize = 1, PageToken = first.NextPageToken }));
    }

    [Fact]
    public async Task Streamed_list_is_all_of_its_pages()
    {
        await using var host = await QueryHost.StartAsync(partitions: 3);
        for (var i = 0; i < 25; i++) host.Call($"call-{i}");
        var pages = await host.StreamListAsync(new ListRequest { PageSize = 4 });
        Assert.Equal(await ListAsync(host, new ListRequest { PageSize = 7 }), pages.SelectMany(page => page.Dialogs).Select(d => d.CallId));
        Assert.All(pages, page => Assert.True(page.Coverage.Complete));
    }

    [Fact]
    public async Task List_of_those_that_are_up_for_longer_begins_with_their_init_time()
    {
        await using var host = await QueryHost.StartAsync();
        foreach (var callId in new[] { "old", "young" }) host.Call(callId);
        var old = (await host.GetAsync(new GetRequest { CallId = "old" })).Dialogs.Single();
        Assert.Equal(["old"], await ListAsync(host, new ListRequest { PageSize = 1, InitBefore = old.InitTime }));
    }

    [Fact]
    public async Task Dialog_is_found_by_its_id_and_briefly()
    {
        await using var host = await QueryHost.StartAsync(partitions: 3);
        host.Call("a/b%", src: "alice", data: "trunk", tag: "vip");
        var dialog = (await host.GetAsync(new GetRequest { CallId = "a/b%" })).Dialogs.Single();
        Assert.Equal(dialog, (await host.GetAsync(new GetRequest { DialogId = dialog.Id })).Dialogs.Single());
        Assert.Empty((await host.GetAsync(new GetRequest { DialogId = dialog.Id + "1" })).Dialogs);
        var brief = (await host.GetAsync(new GetRequest { DialogId = dialog.Id, View = DialogView.Briefing })).Dialogs.Single();
        Assert.Equal(
            new Dialog
            {
                Id = dialog.Id, CallId = "a/b%", FromTag = dialog.FromTag, SinceCseq = dialog.SinceCseq,
                Src = "alice", Dst = dialog.Dst, State = DialogState.Confirmed,
            },
            brief);
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
