using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Partitions;

namespace Dlgs.Streams.Answers;

/// <summary>
/// One watch, on a thread of its own: it reads a response's worth of changes, and nothing more before the caller has taken it. So a slow caller
/// slows its own reading, and nothing is held for it here.
/// </summary>
internal sealed class WatchStream(
    IChangeFeed feed, Predicate<DialogChange> includes, Func<WatchResponse, Task> send, WatchLimits limits, PartitionRegistry registry)
{
    /// <summary>In one response. Clients take 4 MiB, and the largest change is below one.</summary>
    private const int MaxChanges = 1_000;
    private const int MaxBytes = 1_000_000;

    /// <summary>Looked at before a word is due, however little matches.</summary>
    private const int MaxLooks = 10_000;

    /// <summary>For the first change of a response: who has gone is noticed so soon.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    private long sentAt;

    /// <summary>Until it is cancelled, or throws a <see cref="QueryRefusal"/> or a <see cref="ChangesException"/>.</summary>
    public void Run(CancellationToken ended)
    {
        // At once: the caller may have to go on from here before anything comes.
        Send(new WatchResponse(), ended);
        while (true)
        {
            ended.ThrowIfCancellationRequested();
            var response = Collect();
            if (response.Changes.Count == 0 && !limits.IsHeartbeatDue(sentAt)) continue;
            // Silence would say that nothing happened.
            if (response.Changes.Count == 0 && registry.OutOfTouch)
                throw QueryRefusal.Unavailable("This instance has lost touch with the brokers. Go on from the last position, here or at another one.");
            Send(response, ended);
        }
    }

    private WatchResponse Collect()
    {
        var response = new WatchResponse();
        var (looks, bytes) = (0, 0);
        for (var change = feed.Next(Patience); change is not null; change = feed.Next(TimeSpan.Zero))
        {
            if (includes(change))
            {
                response.Changes.Add(change);
                bytes += change.CalculateSize();
            }
            if (++looks == MaxLooks || response.Changes.Count == MaxChanges || bytes >= MaxBytes) break;
        }
        return response;
    }

    private void Send(WatchResponse response, CancellationToken ended)
    {
        // What did not match has moved it on too.
        response.Position = PositionTokens.Write(registry, feed.Positions);
        limits.WaitTaken(send(response), ended);
        sentAt = limits.Now;
    }
}
