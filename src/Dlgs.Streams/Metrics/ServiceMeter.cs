using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Dlgs.Streams.Metrics;

/// <summary>
/// The meter "Dlgs.Streams" of one service, for whoever listens (Prometheus, OTLP, dotnet-counters). Each room describes here what it counts
/// and shows. Gauges are asked when somebody looks: they must not walk anything that grows with the calls.
/// </summary>
internal sealed class ServiceMeter : IDisposable
{
    public const string Name = "Dlgs.Streams";

    private readonly Meter meter;
    private readonly ConcurrentQueue<(Metric, MetricKind)> metrics = new();

    /// <summary>The factory is the host's own: services of one process do not see each other's.</summary>
    public ServiceMeter(IMeterFactory factory) => meter = factory.Create(Name);

    /// <summary>Of no service, for what runs alone.</summary>
    public ServiceMeter() => meter = new Meter(Name);

    /// <summary>All that there are.</summary>
    public IEnumerable<(Metric Metric, MetricKind Kind)> Metrics => metrics;

    public RunningCount Count(Metric metric)
    {
        var running = new RunningCount();
        Count(metric, () => [new Measurement<long>(running.Count)]);
        return running;
    }

    /// <summary>Counts by one label, whose values are those of an enum.</summary>
    public RunningCounts<TEnum> Count<TEnum>(Metric metric, Func<TEnum, string> nameOf) where TEnum : struct, Enum =>
        Count(metric, Enum.GetValues<TEnum>(), value => [nameOf(value)]);

    /// <summary>Counts by several labels, or by those values only.</summary>
    public RunningCounts<TKey> Count<TKey>(Metric metric, IEnumerable<TKey> known, Func<TKey, string[]> valuesOf) where TKey : notnull
    {
        var running = new RunningCounts<TKey>(metric.Labels, valuesOf);
        foreach (var key in known) running.Add(key, 0);
        Count(metric, running.Measure);
        return running;
    }

    /// <summary>Counts that are kept elsewhere.</summary>
    public void Count(Metric metric, Func<IEnumerable<Measurement<long>>> observe) =>
        meter.CreateObservableCounter(Note(metric, MetricKind.Counter).Name, observe, UnitOf(metric), metric.Meaning);

    public void Show<T>(Metric metric, Func<T> observe) where T : struct => ShowEach<T>(metric, () => [new Measurement<T>(observe())]);

    /// <summary>A gauge with labels; one without a measurement is not shown.</summary>
    public void ShowEach<T>(Metric metric, Func<IEnumerable<Measurement<T>>> observe) where T : struct =>
        meter.CreateObservableGauge(Note(metric, MetricKind.Gauge).Name, observe, UnitOf(metric), metric.Meaning);

    /// <summary>With the upper ends of its buckets.</summary>
    public Histogram<double> Time(Metric metric, double[] buckets) =>
        meter.CreateHistogram(Note(metric, MetricKind.Histogram).Name, UnitOf(metric), metric.Meaning, tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = buckets });

    public void Dispose() => meter.Dispose();

    private Metric Note(Metric metric, MetricKind kind)
    {
        metrics.Enqueue((metric, kind));
        return metric;
    }

    private static string? UnitOf(Metric metric) => metric.Unit.Length > 0 ? metric.Unit : null;
}
