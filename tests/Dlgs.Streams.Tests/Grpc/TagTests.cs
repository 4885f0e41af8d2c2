using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Partitions;
using Grpc.Core;
using PartitionPhase = Dlgs.Streams.Partitions.PartitionPhase;

namespace Dlgs.Streams.Tests.Grpc;

/// <summary>An operator's tags on ongoing dialogs.</summary>
public sealed class TagTests
{
    private static TagRequest Trunk(string callId = "call") => new() { CallId = callId, Tag = "trunk-7" };

    [Fact]
    public async Task Tag_is_there_when_the_answer_is_and_twice_is_once()
    {
        await using var host = await QueryHost.StartAsync(partitions: 4);
        host.Call("call");
        host.Call("other");
        var answer = await host.AddTagAsync(Trunk());
        Assert.Equal("trunk-7", Assert.Single(Assert.Single(answer.Dialogs).Tags));
        await host.AddTagAsync(Trunk());
        Assert.Equal([1], (await host.CountAsync(new CountRequest { Filters = { new DialogFilter { Tag = "trunk-7" } } })).Counts);
    }

    [Fact]
    public async Task Removed_tag_is_gone_when_the_answer_is_there_and_one_that_never_was_stays_away()
    {
        await using var host = await QueryHost.StartAsync();
        host.Call("call", tag: "trunk-7");
        Assert.Empty((await host.RemoveTagAsync(Trunk())).Dialogs[0].Tags);
        Assert.Empty((await host.RemoveTagAsync(Trunk())).Dialogs[0].Tags);
        Assert.Equal(["trunk-7"], (await host.AddTagAsync(Trunk())).Dialogs[0].Tags);
    }

    [Fact]
    public async Task Event_is_about_as_many_dialogs_as_the_request()
    {
        await using var host = await QueryHost.StartAsync();
        host.Call("call");
        await host.AddTagAsync(Trunk());
        await host.AddTagAsync(new TagRequest(Trunk()) { FromTag = "a" });
        await host.AddTagAsync(new TagRequest(Trunk()) { FromTag = "a", SinceCseq = 0 });
        Assert.Equal([("", false), ("a", false), ("a", true)], host.Appends.Events.Select(e => (e.FromTag, e.TagEvent.HasSinceCseq)));
    }

    [Fact]
    public async Task Answer_without_a_wait_has_the_dialog_as_it_was_and_where_it_will_be_there()
    {
        await using var host = await QueryHost.StartAsync();
        host.Call("call");
        host.Appends.IsLeftLying = true;
        var answer = await host.AddTagAsync(new TagRequest(Trunk()) { NoWait = true });
        Assert.Empty(Assert.Single(answer.Dialogs).Tags);
        Assert.Equal(host.Registry.Find(0)!.ProcessedOffset + 1, answer.Position.Offset);
    }

    [Theory]
    [InlineData("nobody", null, null, "No call nobody is known")]
    [InlineData("headless", null, null, "Messages of call headless are known, but no INVITE yet.")]
    [InlineData("ended", null, null, "ended/a/0 ended at 1970-01-01 00:00:")]
    [InlineData("call", "b", null, "Call call has other dialogs: call/a/0.")]
    [InlineData("call", "a", 7u, "Call call has other dialogs: call/a/0.")]
    public async Task Dialog_that_is_not_ongoing_is_not_found_and_the_answer_says_why(string callId, string? fromTag, uint? since, string why)
    {
        await using var host = await QueryHost.StartAsync();
        host.Call("call");
        host.Call("ended", steps: ["200", "ACK", "BYE"]);
        host.Send("headless", "BYE");
        var request = Trunk(callId);
        if (fromTag is not null) request.FromTag = fromTag;
        if (since is not null) request.SinceCseq = since.Value;
        foreach (var refused in new[] { await QueryHost.RefusedAsync(host.AddTagAsync(request)), await QueryHost.RefusedAsync(host.RemoveTagAsync(request)) })
        {
            Assert.Equal(StatusCode.NotFound, refused.StatusCode);
            Assert.StartsWith(why, refused.Detail, StringComparison.Ordinal);
        }
        Assert.Empty(host.Appends.Events);
    }

    [Fact]
    public async Task Bad_request_is_refused_by_the_field()
    {
        await using var host = await QueryHost.StartAsync();
        host.Call("call");
        var requests = new Dictionary<string, TagRequest>
        {
            ["call_id: 1 to 256 bytes."] = new() { Tag = "t" },
            ["tag: 1 to 128 bytes."] = new() { CallId = "call" },
            ["since_cseq: with from_tag only."] = new() { CallId = "call", Tag = "t", SinceCseq = 0 },
        };
        foreach (var (said, request) in requests)
        {
            var refused = await QueryHost.RefusedAsync(host.AddTagAsync(request));
            Assert.Equal((StatusCode.InvalidArgument, said), (refused.StatusCode, refused.Detail));
        }
    }

    [Fact]
    public async Task Partition_that_is_not_active_here_is_unavailable()
    {
        await using var host = await QueryHost.StartAsync();
        host.Call("call");
        host.Registry.Find(0)!.MoveTo(PartitionPhase.Restoring);
        Assert.Equal(StatusCode.Unavailable, (await QueryHost.RefusedAsync(host.AddTagAsync(Trunk()))).StatusCode);
    }

    [Fact]
    public async Task What_the_brokers_do_not_take_is_unavailable_with_their_reason()
    {
        await using var host = await QueryHost.StartAsync();
        host.Call("call");
        const string Why = "dlgs.sip-events [0] does not take it: Broker: Topic authorization failed.";
        host.Appends.Outage = () => throw new AppendFailure(Why);
        var refused = await QueryHost.RefusedAsync(host.AddTagAsync(Trunk()));
        Assert.Equal((StatusCode.Unavailable, Why), (refused.StatusCode, refused.Detail));
        host.Appends.Outage = () => throw new AppendFailure("Too much waits.") { IsOverload = true };
        Assert.Equal(StatusCode.ResourceExhausted, (await QueryHost.RefusedAsync(host.AddTagAsync(Trunk()))).StatusCode);
    }

    [Fact]
    public async Task More_writes_than_may_be_under_way_are_refused()
    {
        await using var host = await QueryHost.StartAsync(settings: ("query_writes", "1"));
        host.Call("call");
        var (begun, end) = (new TaskCompletionSource(), new TaskCompletionSource());
        host.Appends.Outage = () =>
        {
            begun.TrySetResult();
            return end.Task;
        };
        var first = host.AddTagAsync(Trunk());
        await begun.Task;
        Assert.Contains("query_writes", (await QueryHost.RefusedAsync(host.AddTagAsync(Trunk()))).Detail, StringComparison.Ordinal);
        end.SetResult();
        await first;
    }

    [Fact]
    public async Task What_is_written_and_not_processed_in_time_is_said_to_be_written()
    {
        await using var host = await QueryHost.StartAsync(settings: ("query_time", "1"));
        host.Call("call");
        host.Appends.IsLeftLying = true;
        var refused = await QueryHost.RefusedAsync(host.AddTagAsync(Trunk()));
        Assert.Equal(StatusCode.DeadlineExceeded, refused.StatusCode);
        Assert.StartsWith("It is written, but answers here do not have it yet: partition 0", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tag_beyond_the_bound_is_refused_before_it_pushes_out_another()
    {
        await using var host = await QueryHost.StartAsync();
        host.Call("call");
        for (var i = 0; i < 16; i++) await host.AddTagAsync(new TagRequest { CallId = "call", Tag = $"tag-{i:00}" });
        var refused = await QueryHost.RefusedAsync(host.AddTagAsync(new TagRequest { CallId = "call", Tag = "a" }));
        Assert.Equal((StatusCode.FailedPrecondition, "call/a/0 carries 16 tags already, as many as a dialog may."), (refused.StatusCode, refused.Detail));
        Assert.Equal(16, (await host.AddTagAsync(new TagRequest { CallId = "call", Tag = "tag-07" })).Dialogs[0].Tags.Count);
    }

    [Fact]
    public async Task Call_that_does_not_take_the_event_is_no_success()
    {
        await using var host = await QueryHost.StartAsync();
        host.Call("call", tag: "vip");
        host.Appends.IsRefusedByItsCall = true;
        var added = await QueryHost.RefusedAsync(host.AddTagAsync(Trunk()));
        Assert.Equal((StatusCode.FailedPrecondition, "call/a/0 does not carry the tag: a later event says otherwise."), (added.StatusCode, added.Detail));
        var removed = await QueryHost.RefusedAsync(host.RemoveTagAsync(new TagRequest { CallId = "call", Tag = "vip" }));
        Assert.Equal((StatusCode.FailedPrecondition, "call/a/0 still carries the tag: a later event says otherwise."), (removed.StatusCode, removed.Detail));
    }
}
