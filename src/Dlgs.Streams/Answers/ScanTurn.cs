using System.Threading.RateLimiting;

namespace Dlgs.Streams.Answers;

/// <summary>
/// A scan's turn. When its slice is used up and others wait, it lets them go first, so that a slow pattern makes a quick one wait for a slice
/// and not for its end. The time of its turns has a limit; what it waits for others does not count.
/// </summary>
internal sealed class ScanTurn(ConcurrencyLimiter turns, RateLimitLease first, TimeSpan limit, TimeProvider time, CancellationToken cancellation) : IDisposable
{
    /// <summary>Enough for most scans whole, so that one which is quick waits but once, however many slow ones take turns.</summary>
    private static readonly TimeSpan FirstSlice = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan NextSlice = TimeSpan.FromMilliseconds(20);

    private RateLimitLease turn = first;
    private long began = time.GetTimestamp();
    private TimeSpan spent;

    /// <summary>To be called before each step of the scan: ends it where it is over, and waits where it is the others' turn.</summary>
    /// <param name="what">What asks for the scan, in the caller's terms.</param>
    public void Pause(string what)
    {
        cancellation.ThrowIfCancellationRequested();
        var slice = time.GetElapsedTime(began);
        if (slice < (spent == TimeSpan.Zero ? FirstSlice : NextSlice)) return;
        spent += slice;
        if (spent > limit) throw QueryRefusal.Exhausted(
            what, $"looking through what is up took more than {limit.TotalSeconds} s (setting query_scan_time). "
            + "The service is well; a pattern of fewer positions is quicker, and eq always is.");
        if (turns.GetStatistics() is { CurrentQueuedCount: > 0 }) LetOthersGoFirst();
        began = time.GetTimestamp();
    }

    private void LetOthersGoFirst()
    {
        turn.Dispose();
        turn = turns.AcquireAsync(1, cancellation).AsTask().GetAwaiter().GetResult();
    }

    public void Dispose() => turn.Dispose();
}
