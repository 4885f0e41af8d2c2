using System.Runtime.CompilerServices;
using Dlgs.Streams.Client;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Tests.Grpc;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Dlgs.Streams.Tests.Client;

/// <summary>What one who watches gets over breaks: everything, once, in order.</summary>
public sealed class WatchingTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Break_is_told_and_what_comes_again_is_left_out()
    {
        var position = (int number) => ByteString.CopyFromUtf8($"{number}");
        var streams = new Queue<object[]>([
            [
                Response(position(1)),
                Response(position(2), Change(0, 5, "a"), Change(1, 7, "b"), Change(0, 6, "c")),
                new NotReadyException("gone", new IOException()),
            ],
            [
                Response(position(2), Change(0, 6, "c"), Change(0, 6, "d"), Change(1, 7, "b")),
                Response(position(3), Change(0, 7, "e", logTime: 9), Change(0, 2, "f", logTime: 10)),
            ],
        ]);
        var (asked, breaks) = (new List<string>(), new List<string>());
        var watching = new Watching((request, token) => Play(streams, request, asked, token), e => breaks.Add(e.Message));
        var got = new List<string>();
        await foreach (var response in watching.FollowAsync(new WatchRequest(), Cancellation))
        {
            got.AddRange(response.Changes.Select(change => change.EventId));
            if (response.Position == position(3)) break;
        }
        // An input that was made anew counts from 0 again, and its time goes on.
        Assert.Equal(["a", "b", "c", "d", "e", "f"], got);
        Assert.Equal(["", "2"], asked);
        Assert.Equal(["gone"], breaks);
    }

    [Fact]
    public async Task What_did_not_begin_or_cannot_go_on_is_the_callers_to_decide()
    {
        var cause = new IOException();
        foreach (var stream in new object[][]
        {
            [new NotReadyException("not yet", cause)],
            [Response(ByteString.Empty), new ChangesDeletedException("gone", cause)],
            [Response(ByteString.Empty), new ArgumentRefusedException("", "", "", cause)],
        })
        {
            var watching = new Watching((request, token) => Play(new Queue<object[]>([stream]), request, [], token), null);
            Assert.Equal(stream[^1], await FailureAsync(watching.FollowAsync(new WatchRequest(), Cancellation)));
        }
    }

    [Fact]
    public async Task Changes_of_an_instance_come_and_its_refusals_are_failures_by_name()
    {
        await using var host = await QueryHost.StartAsync();
        using var queries = new DialogQueries(host.Address);
        await using var responses = queries.WatchAsync(new WatchRequest(), cancellation: Cancellation).GetAsyncEnumerator(Cancellation);
        Assert.True(await responses.MoveNextAsync());
        host.Changes.Commit(Change(0, 1, "a"));
        // A heartbeat may come first.
        do Assert.True(await responses.MoveNextAsync());
        while (responses.Current.Changes.Count == 0);
        Assert.Equal("a", Assert.Single(responses.Current.Changes).EventId);
        host.Changes.Fault = new Streams.Partitions.ChangesException(Streams.Partitions.ChangeFault.Deleted, "deleted");
        Assert.IsType<ChangesDeletedException>(await FailureAsync(queries.WatchAsync(new WatchRequest(), cancellation: Cancellation)));
    }

    private static Task<QueryException> FailureAsync(IAsyncEnumerable<WatchResponse> responses) =>
        Assert.ThrowsAnyAsync<QueryException>(async () => await responses.LastAsync(Cancellation));

    private static async IAsyncEnumerable<WatchResponse> Play(
        Queue<object[]> streams, WatchRequest request, List<string> asked, [EnumeratorCancellation] CancellationToken cancellation)
    {
        asked.Add(request.Position.ToStringUtf8());
        foreach (var step in streams.Dequeue())
        {
            cancellation.ThrowIfCancellationRequested();
            await Task.Yield();
            yield return step is QueryException failure ? throw failure : (WatchResponse)step;
        }
    }

    private static WatchResponse Response(ByteString position, params DialogChange[] changes) => new() { Position = position, Changes = { changes } };

    private static DialogChange Change(int partition, long offset, string eventId, int logTime = 1) => new()
    {
        EventId = eventId,
        State = DialogState.Init,
        Cause = new Cause { Partition = partition, Offset = offset },
        LogTime = new Timestamp { Seconds = logTime },
    };
}
