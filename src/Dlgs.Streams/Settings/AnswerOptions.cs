using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Settings;

/// <summary>What queries may cost, and when health says no.</summary>
internal sealed record AnswerOptions
{
    /// <summary>
    /// Never, by default: what stops an input stops it for every instance, and without any the callers would have no answer at all, where an
    /// old one says how old it is. A start anew would mend nothing either.
    /// </summary>
    [Setting("ready_stall", "Seconds that a partition may stand still, though its input goes on, before health is NOT_SERVING; seen from 10 s on. 0: "
        + "it answers, and says since when.")]
    [Seconds(0, 86_400)]
    public TimeSpan ReadyStall { get; init; }

    [Setting("queries_in_flight", "Queries that are under way at once; more are refused."), Count(1, 100_000)]
    public int QueriesInFlight { get; init; } = 1_000;

    [Setting("query_scans", "Scanning queries (re, sw, fm, lists) that run at once; 16 times as many take turns with them, more are refused. 0: half "
        + "the cores, at least 1.")]
    [Count(0, 64)]
    public int QueryScans { get; init; }

    [Setting("query_time", "Seconds that a query may take, waiting included, where its deadline is not sooner."), Seconds(1, 300)]
    public TimeSpan QueryTime { get; init; } = TimeSpan.FromSeconds(10);

    [Setting("query_scan_time", "Seconds that a scanning query may scan; what it waits for others does not count."), Seconds(1, 300)]
    public TimeSpan QueryScanTime { get; init; } = TimeSpan.FromSeconds(5);

    [Setting("query_waiters", "Queries that wait at once for their demand.positions, beside those in flight; more are refused."), Count(1, 100_000)]
    public int QueryWaiters { get; init; } = 200;

    [Setting("query_writes", "Requests for tags and closes that are under way at once; more are refused."), Count(1, 10_000)]
    public int QueryWrites { get; init; } = 100;

    [Setting("watchers", "Callers that watch at once; more are refused. Each costs a consumer."), Count(1, 1_000)]
    public int Watchers { get; init; } = 32;

    [Setting("watch_stall", "Seconds that a caller may take nothing of a stream (Watch, StreamList) before it is cut off; a watch is told where "
        + "to go on.")]
    [Seconds(1, 3_600)]
    public TimeSpan WatchStall { get; init; } = TimeSpan.FromSeconds(30);

    [Setting("caller_rate", "Requests in a second that one caller may make, by its name, else its address; a second's worth may come at "
        + "once. 0: any number.")]
    [Count(0, 1_000_000)]
    public int CallerRate { get; init; } = 20_000;

    [Setting("caller_in_flight", "Requests of one caller that are under way at once; more are refused."), Count(1, 100_000)]
    public int CallerInFlight { get; init; } = 500;

    [Setting("caller_scans", "Scanning queries of one caller that run or wait at once; more are refused. 0: half of all that may."), Count(0, 1_000)]
    public int CallerScans { get; init; }

    [Setting("caller_streams", "Streams of one caller (Watch, StreamList) at once; more are refused."), Count(1, 1_000)]
    public int CallerStreams { get; init; } = 16;

    [Setting("connections", "Connections at once, each port. Where there is no more room, the oldest that has proved nothing makes room, or none does.")]
    [Count(2, 100_000)]
    public int Connections { get; init; } = 1_000;

    [Setting("caller_connections", "Connections from one address at once, each port, in the same way."), Count(1, 100_000)]
    public int CallerConnections { get; init; } = 500;

    [Setting("query_filters", "Filters in one query, at most."), Count(1, 128)]
    public int QueryFilters { get; init; } = 32;

    [Setting("query_pattern", "Bytes of a pattern (re, fm), at most."), Bytes(1, 1_024)]
    public int QueryPattern { get; init; } = 256;

    [Setting("query_positions", "Positions of a regular expression (characters, brackets, anchors; intervals written out), at most."), Count(1, 10_000)]
    public int QueryPositions { get; init; } = 1_000;

    [Setting("query_page", "Dialogs in one answer, at most."), Count(1, 10_000)]
    public int QueryPage { get; init; } = 1_000;

    /// <summary>The other cores are the lanes'.</summary>
    public int ScanCount => QueryScans > 0 ? QueryScans : Math.Max(1, Environment.ProcessorCount / 2);

    /// <summary>Those that run, and 16 for each that wait.</summary>
    public int ScanPlaces => ScanCount * 17;

    public int CallerScanCount => CallerScans > 0 ? CallerScans : Math.Max(1, ScanPlaces / 2);
}

[OptionsValidator]
internal sealed partial class AnswerOptionsCheck : IValidateOptions<AnswerOptions>;
