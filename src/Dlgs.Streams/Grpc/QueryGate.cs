using System.Threading.RateLimiting;
using Dlgs.Streams.Operations;
using Grpc.Core;
using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Grpc;

/// <summary>
/// How many queries are under way, and for how long. Those that walk over values or dialogs run few at a time, so that a flood of regular
/// expressions slows itself only.
/// </summary>
internal sealed class QueryGate(IOptions<DlgsOptions> options, TimeProvider time) : IDisposable
{
    /// <summary>Scans that wait for each one that runs.</summary>
    private const int WaitingScans = 16;

    private readonly DlgsOptions settings = options.Value;
    private readonly ConcurrencyLimiter queries = new(new ConcurrencyLimiterOptions { PermitLimit = options.Value.QueriesInFlight });
    private readonly ConcurrencyLimiter scans = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = options.Value.ScanCount,
        QueueLimit = options.Value.ScanCount * WaitingScans,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    /// <summary>Runs a query until the caller's deadline, or ours.</summary>
    public async Task<TAnswer> RunAsync<TAnswer>(Func<CancellationToken, Task<TAnswer>> query, CancellationToken caller)
    {
        using var place = queries.AttemptAcquire();
        if (!place.IsAcquired) throw Exhausted($"{settings.QueriesInFlight} queries are under way (setting queries_in_flight).");
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(settings.QueryTime), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(caller, limit.Token);
        try
        {
            return await query(either.Token);
        }
        catch (OperationCanceledException) when (!caller.IsCancellationRequested)
        {
            throw new RpcException(new Status(StatusCode.DeadlineExceeded, $"A query may take {settings.QueryTime} s (setting query_time)."));
        }
        catch (OperationCanceledException)
        {
            throw new RpcException(new Status(StatusCode.Cancelled, "The caller has gone, or its deadline."));
        }
    }

    /// <summary>A place among the scans; give it back by disposing of it.</summary>
    public async Task<IDisposable> EnterScanAsync(CancellationToken cancellation)
    {
        var place = await scans.AcquireAsync(1, cancellation);
        if (place.IsAcquired) return place;
        place.Dispose();
        throw Exhausted("Too many scanning queries (re, sw, fm, a part of the states, lists) are under way (setting query_scans); ask again, or by eq.");
    }

    public void Dispose()
    {
        queries.Dispose();
        scans.Dispose();
    }

    private static RpcException Exhausted(string what) => new(new Status(StatusCode.ResourceExhausted, what));
}
