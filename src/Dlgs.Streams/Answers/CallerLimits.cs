using System.Threading.RateLimiting;
using Dlgs.Streams.Access;
using Dlgs.Streams.Logging;
using Dlgs.Streams.Settings;
using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Answers;

/// <summary>
/// How much one caller has of what all share, so that none takes it from the others. A caller is a name, wherever it comes from; without one it is
/// an address, of IPv6 the first 64 bits, which a customer has for itself. What instances ask of each other is not counted again.
/// </summary>
internal sealed partial class CallerLimits : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LogInterval = TimeSpan.FromMinutes(1);

    private readonly PartitionedRateLimiter<Identity> rate;
    private readonly PartitionedRateLimiter<Identity> queries;
    private readonly PartitionedRateLimiter<Identity> scans;
    private readonly PartitionedRateLimiter<Identity> streams;
    private readonly AnswerOptions settings;
    private readonly SparseLines<string> lines;
    private readonly ILogger logger;

    public CallerLimits(IOptions<AnswerOptions> options, TimeProvider time, ILogger<CallerLimits> logger)
    {
        (settings, lines, this.logger) = (options.Value, new SparseLines<string>(LogInterval, time), logger);
        rate = PartitionedRateLimiter.Create<Identity, Identity>(who => settings.CallerRate == 0
            ? RateLimitPartition.GetNoLimiter(who)
            : RateLimitPartition.GetTokenBucketLimiter(who, _ => Bucket(settings.CallerRate)));
        queries = Places(settings.CallerInFlight);
        scans = Places(settings.CallerScanCount);
        streams = Places(settings.CallerStreams);
    }

    /// <summary>For a request until it is over, so what nobody takes of an answer has its place too. Throws <see cref="QueryRefusal"/>.</summary>
    public void Enter(HttpContext request, Rpc rpc)
    {
        if (Enter(Identity.Of(request), rpc) is { } place) request.Response.RegisterForDispose(place);
    }

    /// <summary>For a request, until it is given back; null: it is not counted. Throws <see cref="QueryRefusal"/>.</summary>
    public IDisposable? Enter(Identity who, Rpc rpc)
    {
        if (!IsCounted(who)) return null;
        using (Enter(rate, who, "caller_rate", $"{settings.CallerRate} requests in a second")) { }
        return rpc.IsStream()
            ? Enter(streams, who, "caller_streams", $"{settings.CallerStreams} streams under way")
            : Enter(queries, who, "caller_in_flight", $"{settings.CallerInFlight} requests under way");
    }

    /// <summary>For one that scans, beside its place above.</summary>
    public IDisposable? EnterScan(Identity who) =>
        IsCounted(who) ? Enter(scans, who, "caller_scans", $"{settings.CallerScanCount} scanning queries (re, sw, fm, groups, lists) under way") : null;

    public void Dispose()
    {
        rate.Dispose();
        queries.Dispose();
        scans.Dispose();
        streams.Dispose();
    }

    private static bool IsCounted(Identity who) => who != default;

    private RateLimitLease Enter(PartitionedRateLimiter<Identity> limiter, Identity who, string setting, string most)
    {
        var lease = limiter.AttemptAcquire(who.AsOneCaller());
        if (lease.IsAcquired) return lease;
        lease.Dispose();
        // Who it was, of those of a minute the first: more lines would be its to write.
        if (lines.AreDue("refused", out var others)) LogRefused(logger, who.ToString(), setting, others);
        throw QueryRefusal.Exhausted(null, $"One caller may have {most}, and you have ({setting} there). Wait for your answers, or ask less.");
    }

    private static PartitionedRateLimiter<Identity> Places(int count) => PartitionedRateLimiter.Create<Identity, Identity>(who =>
        RateLimitPartition.GetConcurrencyLimiter(who, _ => new ConcurrencyLimiterOptions { PermitLimit = count }));

    /// <summary>A second's worth may come at once.</summary>
    private static TokenBucketRateLimiterOptions Bucket(int aSecond) => new()
    {
        TokenLimit = aSecond,
        TokensPerPeriod = aSecond < 10 ? aSecond : aSecond / 10,
        ReplenishmentPeriod = aSecond < 10 ? Second : Beat,
    };

    [LoggerMessage(77, LogLevel.Warning,
        "Caller {Who} was refused: it has as much as one caller may ({Setting}). Since the last such line {Others} more requests were refused, of any caller")]
    private static partial void LogRefused(ILogger logger, string who, string setting, long others);
}
