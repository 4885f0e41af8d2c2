using System.Diagnostics.Metrics;
using Dlgs.Streams.Metrics;

namespace Dlgs.Streams.Answers;

/// <summary>How long all instances take to answer, and whether they lack partitions then.</summary>
internal sealed class FanOutMetrics(ServiceMeter meter)
{
    public Histogram<double> Durations { get; } = meter.Time(new("dlgs.fan_out.duration", "s",
        "How long it took until all other instances that are up had answered, by what their answers cover: all partitions, or some.", "covers"), Buckets);

    /// <summary>From a lookup next door to the longest that is waited.</summary>
    private static double[] Buckets => [.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5];

    public void Asked(TimeSpan took, bool isComplete) =>
        Durations.Record(took.TotalSeconds, new KeyValuePair<string, object?>("covers", isComplete ? "all" : "some"));
}
