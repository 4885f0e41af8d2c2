using Dlgs.Streams.Logging;
using Dlgs.Streams.Metrics;

namespace Dlgs.Streams.Access;

/// <summary>Why a caller was not let in.</summary>
internal enum RefusedFor
{
    /// <summary>It showed no credential.</summary>
    Nothing,
    Certificate,
    Token,
    /// <summary>Whether its token is good is not known: who issues them does not answer.</summary>
    Authority,
    /// <summary>It proved who it is, and may not do this.</summary>
    Role,
}

/// <summary>
/// Counts the callers of one listener that were not let in. The log has one a minute for each reason: a flood is to be seen, not to be read.
/// </summary>
internal sealed partial class RefusedCallers
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);

    private readonly string listener;
    private readonly RefusalCounts counts;
    private readonly SparseLines<RefusedFor> lines;
    private readonly ILogger logger;

    public RefusedCallers(string listener, RefusalCounts counts, TimeProvider time, ILogger<RefusedCallers> logger) =>
        (this.listener, this.counts, lines, this.logger) = (listener, counts, new SparseLines<RefusedFor>(Quiet, time), logger);

    public void Add(RefusedFor why, string reason, object? from)
    {
        counts.Add(listener, why);
        if (lines.AreDue(why)) LogRefused(logger, from, listener, reason, counts.Count(listener, why));
    }

    [LoggerMessage(102, LogLevel.Warning, "{From} was not let in at {Listener}: {Reason} ({Count} so far; told once a minute)")]
    private static partial void LogRefused(ILogger logger, object? from, string listener, string reason, long count);
}

/// <summary>How many were not let in, at all listeners.</summary>
internal sealed class RefusalCounts(ServiceMeter meter)
{
    private static readonly string[] Listeners = ["grpc", "http", "peer", "hep"];

    private readonly RunningCounts<(string Listener, RefusedFor Why)> counts = meter.Count(
        new("dlgs.callers_refused", "{request}", "Requests and handshakes that were not let in, by listener and why: there was no credential, the "
            + "certificate or token was not good, the authority of tokens did not answer, or the role is missing.", "listener", "why"),
        from listener in Listeners from why in Enum.GetValues<RefusedFor>() select (listener, why),
        ((string Listener, RefusedFor Why) each) => [each.Listener, Label.Of(each.Why)]);

    public void Add(string listener, RefusedFor why) => counts.Add((listener, why));

    public long Count(string listener, RefusedFor why) => counts.Count((listener, why));
}
