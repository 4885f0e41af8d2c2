using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Core.Queries;
using Dlgs.Streams.Partitions;
using Dlgs.Streams.Records;

namespace Dlgs.Streams.Answers;

/// <summary>The committed changes of the whole cluster, for any surface: arguments, a place among those that watch, and the stream until its end.</summary>
internal sealed class DialogWatch(PartitionRegistry registry, QueryArguments arguments, QueryGate gate, ICommittedChanges changes, WatchLimits limits)
{
    /// <summary>
    /// Ends only by a <see cref="QueryRefusal"/>. Sends one response after the other, each when the one before was taken. None is under way when it
    /// ends: the server would finish it on another request. Who takes nothing after its watch was cut off is hung up on.
    /// </summary>
    public async Task WatchAsync(WatchRequest request, Func<WatchResponse, Task> send, Action hangUp, Caller caller)
    {
        var sending = Task.CompletedTask;
        try
        {
            await FollowAsync(request, response => sending = send(response), caller);
        }
        finally
        {
            await Task.WhenAny(sending, limits.AfterCut());
            if (!sending.IsCompleted) hangUp();
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task FollowAsync(WatchRequest request, Func<WatchResponse, Task> send, Caller caller)
    {
        var selection = arguments.All(request.Filters, QueryArguments.States(request.States, StateSet.All));
        // Of a partition that its answer lacked, what is committed from now on: nothing was said of that one.
        var positions = request.Position.IsEmpty ? [] : PositionTokens.Read(request.Position, registry, "position");
        if (registry.PartitionCount == 0) throw QueryRefusal.PartitionsUnknown();
        using var place = gate.EnterWatch();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(caller.Gone, limits.Stopping);
        try
        {
            // A consumer blocks its thread, which is missing to nobody else then.
            var following = () => Follow(positions, Includes, send, ended.Token);
            await Task.Factory.StartNew(following, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        catch (ChangesException e)
        {
            throw ToRefusal(e);
        }
        catch (Exception e) when (caller.Gone.IsCancellationRequested && e is not QueryRefusal)
        {
            throw new QueryRefusal(RefusalKind.CallerGone, null, "The caller has gone, or its deadline.");
        }
        catch (OperationCanceledException)
        {
            throw QueryRefusal.Unavailable("The instance is being stopped. Go on from the last position, at another one.");
        }

        bool Includes(DialogChange change) => (change.Settled || !request.Settled) && selection.Matches(change.ToDialog());
    }

    private void Follow(List<PartitionPosition> positions, Predicate<DialogChange> includes, Func<WatchResponse, Task> send, CancellationToken ended)
    {
        using var feed = changes.Follow(positions);
        new WatchStream(feed, includes, send, limits, registry).Run(ended);
    }

    private static QueryRefusal ToRefusal(ChangesException e) => e.Fault switch
    {
        ChangeFault.Unavailable => QueryRefusal.Unavailable(e.Message),
        ChangeFault.Deleted => new QueryRefusal(RefusalKind.Deleted, null, e.Message),
        ChangeFault.Unwritten => QueryRefusal.Argument("position", $"the position of an answer of this service: {e.Message}"),
    };
}
