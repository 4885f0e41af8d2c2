using System.Threading.RateLimiting;
using Dlgs.Streams.Settings;
using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Answers;

/// <summary>
/// How many queries are under way, and for how long. Those that walk over values or dialogs run few at a time and take turns, so that a flood
/// of regular expressions slows itself only; those that wait for a position have places of their own.
/// </summary>
internal sealed class QueryGate(IOptions<AnswerOptions> options, CallerLimits limits, TimeProvider time) : IDisposable
{
    private const string TooManyScans =
        "Too many scanning queries (re, sw, fm, a part of the states, lists) are under way (setting query_scans); ask again, or by eq.";

    private readonly AnswerOptions settings = options.Value;
    private readonly ConcurrencyLimiter queries = Places(options.Value.QueriesInFlight);
    private readonly ConcurrencyLimiter fanOuts = Places(options.Value.QueriesInFlight);
    private readonly ConcurrencyLimiter waiters = Places(options.Value.QueryWaiters);
    private readonly ConcurrencyLimiter writes = Places(options.Value.QueryWrites);
    private readonly ConcurrencyLimiter watchers = Places(options.Value.Watchers);
    private readonly ConcurrencyLimiter scans = Places(options.Value.ScanPlaces);
    /// <summary>Who has a place among the scans may wait for a turn: the queue is as long as there are places.</summary>
    private readonly ConcurrencyLimiter turns = Places(options.Value.ScanCount, waiting: int.MaxValue);

    /// <summary>Answers until the caller's deadline, or ours. One that scans has a place among its caller's scans, whoever of the cluster does it.</summary>
    public async Task<TAnswer> InTimeAsync<TAnswer>(bool isScan, Func<CancellationToken, Task<TAnswer>> answer, Caller caller)
    {
        var longest = caller.Peer?.Time is { } share && share < settings.QueryTime ? share : settings.QueryTime;
        using var place = isScan ? limits.EnterScan(caller.Who) : null;
        using var limit = new CancellationTokenSource(longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(caller.Gone, limit.Token);
        try
        {
            return await answer(either.Token);
        }
        catch (OperationCanceledException) when (!caller.Gone.IsCancellationRequested)
        {
            throw new QueryRefusal(RefusalKind.TimedOut, null, $"A query may take {longest.TotalSeconds} s, waiting included (setting query_time).");
        }
        catch (OperationCanceledException)
        {
            throw new QueryRefusal(RefusalKind.CallerGone, null, "The caller has gone, or its deadline.");
        }
    }

    /// <summary>A place among the queries; give it back by disposing of it.</summary>
    public IDisposable Enter() => Enter(queries, $"{settings.QueriesInFlight} queries are under way (setting queries_in_flight).");

    /// <summary>A place among the queries that ask other instances too. What they ask of this one has a place of its own.</summary>
    public IDisposable EnterFanOut() => Enter(fanOuts, $"{settings.QueriesInFlight} queries are under way (setting queries_in_flight).");

    /// <summary>A place among those that wait for a position.</summary>
    public IDisposable EnterWait() => Enter(waiters, $"{settings.QueryWaiters} queries wait for their demand.positions (setting query_waiters).");

    /// <summary>A place among the requests that write an operator's events.</summary>
    public IDisposable EnterWrite() => Enter(writes, $"{settings.QueryWrites} requests for tags and closes are under way (setting query_writes).");

    /// <summary>A place among those that watch.</summary>
    public IDisposable EnterWatch() => Enter(watchers, $"{settings.Watchers} callers watch (setting watchers).");

    /// <summary>
    /// Runs a scan, which calls what it is given before each value or Call that it looks at, with the name of what asks for it. On a thread of
    /// its own: one that waits for its next turn must not be missing to the other queries.
    /// </summary>
    public async Task<TAnswer> ScanAsync<TAnswer>(Func<Action<string>, TAnswer> scan, CancellationToken cancellation)
    {
        using var place = Enter(scans, TooManyScans);
        using var turn = new ScanTurn(turns, await turns.AcquireAsync(1, cancellation), settings.QueryScanTime, time, cancellation);
        return await Task.Factory.StartNew(() => scan(turn.Pause), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>The places that there are, by what takes them, with the number taken.</summary>
    public IEnumerable<(string Of, int Limit, int Taken)> Occupancy =>
    [
        Occupied("queries", queries, settings.QueriesInFlight),
        Occupied("scans", scans, settings.ScanPlaces),
        Occupied("waiters", waiters, settings.QueryWaiters),
        Occupied("writes", writes, settings.QueryWrites),
        Occupied("watchers", watchers, settings.Watchers),
    ];

    /// <summary>How many scans wait for a turn.</summary>
    internal long ScansWaiting => turns.GetStatistics()!.CurrentQueuedCount;

    public void Dispose()
    {
        queries.Dispose();
        fanOuts.Dispose();
        waiters.Dispose();
        writes.Dispose();
        watchers.Dispose();
        scans.Dispose();
        turns.Dispose();
    }

    private static RateLimitLease Enter(ConcurrencyLimiter places, string full)
    {
        var place = places.AttemptAcquire();
        if (place.IsAcquired) return place;
        place.Dispose();
        throw QueryRefusal.Exhausted(null, full);
    }

    private static (string Of, int Limit, int Taken) Occupied(string of, ConcurrencyLimiter places, int limit) =>
        (of, limit, limit - (int)places.GetStatistics()!.CurrentAvailablePermits);

    private static ConcurrencyLimiter Places(int count, int waiting = 0) =>
        new(new ConcurrencyLimiterOptions { PermitLimit = count, QueueLimit = waiting, QueueProcessingOrder = QueueProcessingOrder.OldestFirst });
}
