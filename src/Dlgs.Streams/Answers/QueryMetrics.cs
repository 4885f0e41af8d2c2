using System.Diagnostics.Metrics;
using Dlgs.Streams.Metrics;

namespace Dlgs.Streams.Answers;

/// <summary>
/// How many queries there are, how long they take and what becomes of them. Each surface says when one begins and ends, because it alone knows.
/// </summary>
internal sealed class QueryMetrics
{
    private const string Ok = "ok";
    private const string FailedOutcome = "failed";

    /// <summary>From a lookup to the longest that a query may take.</summary>
    private static readonly double[] Buckets =
        [.00005, .0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30];

    private static readonly string[] Kinds = [.. Enum.GetValues<RefusalKind>().Select(Label.Of)];
    private static readonly string[] Rpcs = Enum.GetNames<Rpc>();
    private static readonly string[] Surfaces = [.. Enum.GetValues<Surface>().Select(Label.Of)];

    private readonly Histogram<double> durations;
    private readonly RunningCounts<(Surface Surface, string Outcome)> watches;
    private readonly TimeProvider time;

    public QueryMetrics(ServiceMeter meter, QueryGate gate, TimeProvider time)
    {
        this.time = time;
        durations = meter.Time(new("dlgs.query.duration", "s", "How long queries took, by rpc, surface, and outcome: ok, or why there was no answer. "
            + "Of StreamList until the caller had it all.", "rpc", "surface", "outcome"), Buckets);
        watches = meter.Count(new("dlgs.watches_ended", "{watch}", "Watches that ended, by surface and why: exhausted were cut off, or had no place.",
            "surface", "outcome"), Ends, end => [Surfaces[(int)end.Surface], end.Outcome]);
        meter.ShowEach(new("dlgs.query_places_taken", "{place}", "Requests under way, by the limit that they count against: queries, "
            + "scans among them, waiters (for a position), writes (tags, closes), watchers.", "of"),
            () => gate.Occupancy.Select(places => new Measurement<int>(places.Taken, Label.Pair(["of"], places.Of))));
        meter.ShowEach(new("dlgs.query_places", "{place}", "Requests that may be under way, by the same limits; more are refused (exhausted).", "of"),
            () => gate.Occupancy.Select(places => new Measurement<int>(places.Limit, Label.Pair(["of"], places.Of))));
    }

    /// <summary>The ends that a watch has as a rule.</summary>
    private static IEnumerable<(Surface Surface, string Outcome)> Ends =>
        from surface in new[] { Surface.Grpc, Surface.Http }
        from kind in new[] { RefusalKind.Argument, RefusalKind.Unavailable, RefusalKind.Exhausted, RefusalKind.CallerGone, RefusalKind.Deleted }
        select (surface, Kinds[(int)kind]);

    public AskedQuery Begin(Surface surface, Rpc rpc) => new(this, surface, rpc, time.GetTimestamp());

    /// <summary>Without a word on the heap: it is done for each query.</summary>
    private void End(Surface surface, Rpc rpc, long begun, string outcome)
    {
        if (rpc == Rpc.Watch) watches.Add((surface, outcome));
        else durations.Record(time.GetElapsedTime(begun).TotalSeconds,
            new("rpc", Rpcs[(int)rpc]), new("surface", Surfaces[(int)surface]), new("outcome", outcome));
    }

    /// <summary>A request under way; the default is of none, and counts nothing. One of its ends is to be called, once.</summary>
    public readonly struct AskedQuery(QueryMetrics? metrics, Surface surface, Rpc rpc, long begun)
    {
        public void Answered() => metrics?.End(surface, rpc, begun, Ok);

        public void Refused(RefusalKind kind) => metrics?.End(surface, rpc, begun, Kinds[(int)kind]);

        /// <summary>By an exception: a refusal, or else the caller has gone, or it is our fault.</summary>
        public void Failed(Exception failure, CancellationToken caller)
        {
            if (failure is QueryRefusal refusal) Refused(refusal.Kind);
            else if (caller.IsCancellationRequested) Refused(RefusalKind.CallerGone);
            else metrics?.End(surface, rpc, begun, FailedOutcome);
        }
    }
}
