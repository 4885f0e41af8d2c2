using System.Threading.RateLimiting;
using Dlgs.Streams.Logging;

namespace Dlgs.Streams.Access;

/// <summary>
/// A line for each thing that an operator does or was kept from: who, what, and what became of it. Whoever reads it learns no number. Its category has
/// a level of its own in .NET's logging: Dlgs.Streams.Audit.
/// </summary>
internal sealed partial class AuditLog(ILoggerFactory loggers, Mask mask) : IDisposable
{
    public const string Category = "Dlgs.Streams.Audit";

    private const int RefusalsAMinute = 60;

    private readonly FixedWindowRateLimiter refusals =
        new(new FixedWindowRateLimiterOptions { PermitLimit = RefusalsAMinute, Window = TimeSpan.FromMinutes(1) });
    private long untold;
    private readonly ILogger logger = loggers.CreateLogger(Category);

    /// <summary>"Call 4f1b..." as the log has it elsewhere.</summary>
    public string Call(string callId) => $"Call {mask.Call(callId)}";

    /// <summary>A value, a tag.</summary>
    public string Value(string value) => mask.Value(value);

    /// <summary>Somebody who may not. So many a minute, and the next says how many more there were: whoever is kept out writes no log.</summary>
    public void TellRefused(Identity who, string deed, string why)
    {
        using var place = refusals.AttemptAcquire();
        if (!place.IsAcquired) Interlocked.Increment(ref untold);
        else LogRefused(logger, who.ToString(), deed, why, Interlocked.Exchange(ref untold, 0));
    }

    public void Dispose() => refusals.Dispose();

    public void Tell(Identity who, string deed, string what, string became) => LogDeed(logger, who.ToString(), deed, what, became);

    [LoggerMessage(108, LogLevel.Warning, "{Who}: {Deed}: refused: {Why}. {Untold} more were refused since the line before, and not told")]
    private static partial void LogRefused(ILogger logger, string who, string deed, string why, long untold);

    [LoggerMessage(103, LogLevel.Information, "{Who}: {Deed} of {What}: {Became}")]
    private static partial void LogDeed(ILogger logger, string who, string deed, string what, string became);
}
