using Dlgs.Streams.Contracts.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Dlgs.Streams.Tests.Grpc;

/// <summary>An operator ends dialogs that are stuck.</summary>
public sealed class CloseTests
{
    private static CloseRequest Call(string callId = "call") => new() { CallId = callId, ClosedBy = "ops" };

    private static CloseRequest Of(string src) => new() { Filter = new DialogFilter { Field = DialogField.Src, Value = src }, ClosedBy = "ops" };

    [Fact]
    public async Task Dialog_is_closed_when_the_answer_is_there_and_the_answer_has_it_as_it_was()
    {
        await using var host = await QueryHost.StartAsync(partitions: 4);
        host.Call("call");
        var answer = await host.CloseAsync(Call());
        Assert.Equal(DialogState.Confirmed, Assert.Single(answer.Dialogs).State);
        Assert.Single(answer.Positions);
        var now = Assert.Single((await host.GetAsync(new GetRequest { CallId = "call" })).Dialogs);
        Assert.Equal((DialogState.Terminated, EndReason.Closed, "ops"), (now.State, now.EndReason, now.ClosedBy));
    }

    [Fact]
    public async Task Dialog_is_named_by_its_id_too()
    {
        await using var host = await QueryHost.StartAsync();
        host.Call("call");
        Assert.Equal("call/a/0", (await host.CloseAsync(new CloseRequest { DialogId = "call/a/0", ClosedBy = "ops" })).Dialogs[0].Id);
        var refused = await QueryHost.RefusedAsync(host.CloseAsync(new CloseRequest { DialogId = "call/b/0", ClosedBy = "ops" }));
        Assert.Equal((StatusCode.NotFound, "Call call has other dialogs: call/a/0."), (refused.StatusCode, refused.Detail));
    }

    [Fact]
    public async Task Filter_closes_what_matches_at_most_a_page_at_a_time_and_a_dry_run_nothing()
    {
        await using var host = await QueryHost.StartAsync(partitions: 4, settings: ("query_page", "3"));
        for (var i = 0; i < 5; i++) host.Call($"call-{i}");
        host.Call("other", src: "carol@a.example");
        var dry = await host.CloseAsync(new CloseRequest(Of("alice@a.example")) { DryRun = true });
        Assert.Equal((3, true, 0), (dry.Dialogs.Count, dry.Limited, dry.Positions.Count));
        Assert.Empty(host.Appends.Events);
        var first = await host.CloseAsync(Of("alice@a.example"));
        var second = await host.CloseAsync(Of("alice@a.example"));
        Assert.Equal([(3, true), (2, false)], new[] { first, second }.Select(answer => (answer.Dialogs.Count, answer.Limited)));
        Assert.Equal(first.Positions.Count, first.Positions.Select(position => position.Partition).Distinct().Count());
        Assert.Empty((await host.CloseAsync(Of("alice@a.example"))).Dialogs);
        Assert.Equal([1], (await host.CountAsync(new CountRequest())).Counts);
    }

    [Fact]
    public async Task States_and_init_before_choose()
    {
        await using var host = await QueryHost.StartAsync();
        host.Call("rings", steps: ["180"]);
        host.Call("talks");
        var ringing = await host.CloseAsync(new CloseRequest(Of("alice@a.example")) { States = { DialogState.Progress }, DryRun = true });
        Assert.Equal(["rings"], ringing.Dialogs.Select(d => d.CallId));
        var old = await host.CloseAsync(new CloseRequest(Of("alice@a.example")) { InitBefore = ringing.Dialogs[0].InitTime, DryRun = true });
        Assert.Equal(["rings"], old.Dialogs.Select(d => d.CallId));
        CloseRequest[] others =
            [new CloseRequest(Call("talks")) { States = { DialogState.Progress } }, new CloseRequest(Call("talks")) { InitBefore = new Timestamp() }];
        foreach (var request in others)
        {
            var refused = await QueryHost.RefusedAsync(host.CloseAsync(request));
            Assert.Equal(StatusCode.NotFound, refused.StatusCode);
            Assert.StartsWith("talks/a/0 is confirmed, and began at 1970-01-01 00:00:0", refused.Detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Bad_request_is_refused_by_the_field()
    {
        await using var host = await QueryHost.StartAsync();
        host.Call("call");
        var requests = new Dictionary<string, CloseRequest>
        {
            ["of: call_id, dialog_id or filter."] = new() { ClosedBy = "ops" },
            ["closed_by: 1 to 128 bytes."] = new() { CallId = "call" },
            ["call_id: 1 to 256 bytes."] = Call(""),
            ["filter.tag: 1 to 128 bytes."] = new() { Filter = new DialogFilter { Tag = "" }, ClosedBy = "ops" },
        };
        foreach (var (said, request) in requests)
        {
            var refused = await QueryHost.RefusedAsync(host.CloseAsync(request));
            Assert.Equal((StatusCode.InvalidArgument, said), (refused.StatusCode, refused.Detail));
        }
        CloseRequest[] more = [new CloseRequest(Call()) { States = { DialogState.Terminated } }, new CloseRequest { DialogId = "call", ClosedBy = "ops" }];
        foreach (var request in more) Assert.Equal(StatusCode.InvalidArgument, (await QueryHost.RefusedAsync(host.CloseAsync(request))).StatusCode);
    }

    [Fact]
    public async Task Dialog_that_goes_on_is_not_said_to_be_closed()
    {
        await using var host = await QueryHost.StartAsync();
        host.Call("call");
        host.Appends.IsRefusedByItsCall = true;
        foreach (var request in new[] { Call(), Of("alice@a.example") })
        {
            var refused = await QueryHost.RefusedAsync(host.CloseAsync(request));
            Assert.Equal(StatusCode.FailedPrecondition, refused.StatusCode);
            Assert.StartsWith("0 closed, but call/a/0 goes on:", refused.Detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Second_close_of_a_dialog_that_went_on_is_no_success()
    {
        await using var host = await QueryHost.StartAsync();
        host.Call("call");
        await host.CloseAsync(Call());
        host.Send("call", "UPDATE", 200);
        Assert.Equal([1], (await host.CountAsync(new CountRequest())).Counts);
        Assert.Equal(StatusCode.FailedPrecondition, (await QueryHost.RefusedAsync(host.CloseAsync(Call()))).StatusCode);
    }
}
