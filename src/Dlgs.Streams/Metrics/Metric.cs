namespace Dlgs.Streams.Metrics;

/// <summary>What a metric is: by OpenTelemetry's conventions, which exporters make their own names of.</summary>
/// <param name="Name">In lower case, without its unit.</param>
/// <param name="Unit">In UCUM's letters; in braces where a thing is counted, and empty where it is a plain number.</param>
/// <param name="Meaning">What one reads off it, in a sentence.</param>
/// <param name="Labels">The names of its labels. Their values are few and ours: never a number that was dialled, a Call-ID or a URI.</param>
internal sealed record Metric(string Name, string Unit, string Meaning, params string[] Labels);

/// <summary>How a metric moves.</summary>
internal enum MetricKind
{
    /// <summary>Only up, from 0 at the start of the process.</summary>
    Counter,
    /// <summary>As it is at the moment.</summary>
    Gauge,
    /// <summary>How many there were of each size.</summary>
    Histogram,
}
