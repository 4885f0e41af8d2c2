using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Partitions;
using Dlgs.Streams.Records;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace Dlgs.Streams.Tests.Grpc;

/// <summary>Changes as they are committed: in order, from now or from a position, for as long as their reader takes them.</summary>
public sealed class WatchTests
{
    private readonly FakeTimeProvider time = new();

    [Fact]
    public async Task First_response_comes_at_once_and_what_was_before_it_does_not()
    {
        await using var host = await QueryHost.StartAsync(partitions: 2);
        host.Changes.Commit(Change(0, 1));
        using var watch = host.Watch(new WatchRequest());
        Assert.Empty((await NextAsync(watch)).Changes);
        host.Changes.Commit(Change(1, 1), Change(0, 2));
        Assert.Equal(["1/1", "0/2"], await TakeAsync(watch, 2));
    }

    [Fact]
    public async Task Whoever_goes_on_from_a_position_gets_all_that_came_after_it_and_of_one_record_perhaps_again()
    {
        await using var host = await QueryHost.StartAsync(partitions: 2);
        using var first = host.Watch(new WatchRequest());
        var position = (await NextAsync(first)).Position;
        host.Changes.Commit(Change(0, 4), Change(1, 7), Change(0, 9, logTime: 100), Change(0, 9, logTime: 200), Change(1, 8));
        using var again = host.Watch(new WatchRequest { Position = position });
        Assert.Equal(["0/4", "1/7", "0/9", "0/9", "1/8"], await TakeAsync(again, 5));
        position = await PositionAfterAsync(first, 5);
        host.Changes.Commit(Change(0, 9, logTime: 300), Change(0, 10, logTime: 300));
        using var third = host.Watch(new WatchRequest { Position = position });
        // The last of each partition, whose record may have had more to say.
        Assert.Equal(["0/9", "1/8", "0/9", "0/10"], await TakeAsync(third, 4));
    }

    [Fact]
    public async Task Only_what_matches_comes_and_the_position_moves_with_the_rest()
    {
        await using var host = await QueryHost.StartAsync(time: time);
        var request = new WatchRequest
        {
            Settled = true,
            States = { DialogState.Terminated },
            Filters = { new DialogFilter { Field = DialogField.Src, Value = "alice" }, new DialogFilter { Tag = "vip" } },
        };
        using var watch = host.Watch(request);
        await NextAsync(watch);
        DialogChange Matching(long offset) => Change(0, offset, change => 
        {
            (change.Src, change.State, change.Settled) = ("alice", DialogState.Terminated, true);
            change.Tags.Add("vip");
        });
        var others = new Action<DialogChange>[] { c => c.Src = "bob", c => c.State = DialogState.NotAnswered, c => c.Settled = false, c => c.Tags.Clear() };
        host.Changes.Commit(Matching(1));
        Assert.Equal(["0/1"], await TakeAsync(watch, 1));
        host.Changes.Commit([.. others.Select((spoil, i) => { var change = Matching(2 + i); spoil(change); return change; })]);
        await EventuallyAsync(() => host.Changes.Taken == 5);
        var heartbeat = await HeartbeatAsync(watch);
        Assert.Empty(heartbeat.Changes);
        Assert.Equal(5, PositionToken.Parser.ParseFrom(heartbeat.Position).NextOffsets.Select(next => (long)next - 1).Single());
    }

    [Fact]
    public async Task Where_nothing_happens_a_position_comes_every_five_seconds()
    {
        await using var host = await QueryHost.StartAsync(time: time);
        using var watch = host.Watch(new WatchRequest());
        var first = await NextAsync(watch);
        Assert.Equal(first, await HeartbeatAsync(watch));
        Assert.Equal(first, await HeartbeatAsync(watch));
    }

    [Fact]
    public async Task Reader_that_takes_nothing_is_cut_off_and_told_where_to_go_on()
    {
        await using var host = await QueryHost.StartAsync(time: time, settings: ("watchers", "1"));
        using var watch = host.Watch(new WatchRequest());
        var position = (await NextAsync(watch)).Position;
        host.Changes.Commit([.. Enumerable.Range(1, 1_000).Select(i => Change(0, i, change => change.Data = new string('x', 10_000)))]);
        await EventuallyAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return host.Changes.Following == 0;
        });
        // What a response holds, and no more: the rest stays where it is.
        Assert.InRange(host.Changes.Taken, 1, 500);
        var taken = new List<DialogChange>();
        var refused = (await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (true)
            {
                var response = await NextAsync(watch);
                taken.AddRange(response.Changes);
                position = response.Position;
            }
        })).Status;
        Assert.Equal(StatusCode.ResourceExhausted, refused.StatusCode);
        Assert.Equal("Nothing was taken for 30 s (setting watch_stall). Go on from the position of the last response.", refused.Detail);
        using var next = host.Watch(new WatchRequest { Position = position });
        // The last one again.
        var rest = await TakeAsync(next, 1_001 - taken.Count);
        Assert.Equal(1_000, taken.Select(Place).Concat(rest).Distinct().Count());
    }

    [Fact]
    public async Task Callers_beyond_the_limit_are_refused_and_one_that_goes_leaves_its_place()
    {
        await using var host = await QueryHost.StartAsync(settings: ("watchers", "1"));
        using (var first = host.Watch(new WatchRequest()))
        {
            await NextAsync(first);
            using var second = host.Watch(new WatchRequest());
            var refused = await QueryHost.RefusedAsync(NextAsync(second));
            Assert.Equal((StatusCode.ResourceExhausted, "1 callers watch (setting watchers)."), (refused.StatusCode, refused.Detail));
        }
        await EventuallyAsync(() => host.Changes.Following == 0);
        // Its place is given back behind that.
        var attempts = 1;
        while (!await HasPlaceAsync(host)) Assert.True(attempts++ < 1_000);
    }

    [Fact]
    public async Task Service_that_is_stopped_ends_those_who_watch_at_once()
    {
        await using var host = await QueryHost.StartAsync();
        using var watch = host.Watch(new WatchRequest());
        await NextAsync(watch);
        var next = NextAsync(watch);
        host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        Assert.Equal(StatusCode.Unavailable, (await QueryHost.RefusedAsync(next)).StatusCode);
        Assert.Equal(0, host.Changes.Following);
    }

    [Fact]
    public async Task Instance_that_lost_touch_says_so_instead_of_that_nothing_happened()
    {
        await using var host = await QueryHost.StartAsync(time: time);
        using var watch = host.Watch(new WatchRequest());
        await NextAsync(watch);
        host.Registry.Find(0)!.ProvenAt = TimeProvider.System.GetTimestamp() - 3600 * System.Diagnostics.Stopwatch.Frequency;
        Assert.Equal(StatusCode.Unavailable, (await QueryHost.RefusedAsync(HeartbeatAsync(watch))).StatusCode);
    }

    [Theory]
    [InlineData(nameof(ChangeFault.Deleted), StatusCode.OutOfRange)]
    [InlineData(nameof(ChangeFault.Unavailable), StatusCode.Unavailable)]
    [InlineData(nameof(ChangeFault.Unwritten), StatusCode.InvalidArgument)]
    public async Task What_cannot_be_followed_has_a_status_of_its_own(string fault, StatusCode expected)
    {
        await using var host = await QueryHost.StartAsync();
        host.Changes.Fault = new ChangesException(Enum.Parse<ChangeFault>(fault), "the reason.");
        using var watch = host.Watch(new WatchRequest());
        var refused = await QueryHost.RefusedAsync(NextAsync(watch));
        Assert.Equal(expected, refused.StatusCode);
        Assert.EndsWith("the reason.", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_request_is_refused_by_its_field()
    {
        await using var host = await QueryHost.StartAsync();
        var requests = new (WatchRequest Request, string Field)[]
        {
            (new WatchRequest { Position = ByteString.CopyFromUtf8("x") }, "position: "),
            (new WatchRequest { States = { DialogState.Unspecified } }, "states: "),
            (new WatchRequest { Filters = { new DialogFilter { Operator = FilterOperator.Re, Value = "(" } } }, "filters[0].value: "),
        };
        foreach (var (request, field) in requests)
        {
            using var watch = host.Watch(request);
            var refused = await QueryHost.RefusedAsync(NextAsync(watch));
            Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
            Assert.StartsWith(field, refused.Detail, StringComparison.Ordinal);
        }
    }

    private static async Task<bool> HasPlaceAsync(QueryHost host)
    {
        using var watch = host.Watch(new WatchRequest());
        try
        {
            return (await NextAsync(watch)).Changes.Count == 0;
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.ResourceExhausted)
        {
            return false;
        }
    }

    private static DialogChange Change(int partition, long offset, Action<DialogChange>? write = null, long? logTime = null)
    {
        var change = new DialogChange
        {
            CallId = $"{partition}-{offset}",
            State = DialogState.Init,
            Cause = new Cause { Partition = partition, Offset = offset },
            LogTime = DialogRecords.ToTimestamp(logTime ?? offset),
        };
        write?.Invoke(change);
        return change;
    }

    private static string Place(DialogChange change) => $"{change.Cause.Partition}/{change.Cause.Offset}";

    private static async Task<WatchResponse> NextAsync(AsyncServerStreamingCall<WatchResponse> watch)
    {
        Assert.True(await watch.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        return watch.ResponseStream.Current;
    }

    private static async Task<List<string>> TakeAsync(AsyncServerStreamingCall<WatchResponse> watch, int count)
    {
        var taken = new List<string>();
        while (taken.Count < count) taken.AddRange((await NextAsync(watch)).Changes.Select(Place));
        return taken;
    }

    private static async Task<ByteString> PositionAfterAsync(AsyncServerStreamingCall<WatchResponse> watch, int count)
    {
        var position = ByteString.Empty;
        for (var taken = 0; taken < count;)
        {
            var response = await NextAsync(watch);
            (taken, position) = (taken + response.Changes.Count, response.Position);
        }
        return position;
    }

    private async Task<WatchResponse> HeartbeatAsync(AsyncServerStreamingCall<WatchResponse> watch)
    {
        var next = NextAsync(watch);
        // Again and again: what was sent before may not be written down as sent yet.
        await EventuallyAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return next.IsCompleted;
        });
        return await next;
    }

    private static Task EventuallyAsync(Func<bool> condition) => Kafka.EmbeddedCluster.Eventually(condition, "the watch");
}
