using System.Diagnostics.Metrics;

namespace Dlgs.Streams.Metrics;

/// <summary>What the service counts; readable by anything that listens to the meter "Dlgs.Streams" (dotnet-counters, OpenTelemetry).</summary>
internal sealed class ServiceMeter : IDisposable
{
    private readonly Meter meter = new("Dlgs.Streams");

    public ServiceMeter()
    {
        Events = meter.CreateCounter<long>("dlgs.events", unit: "{event}", description: "Input records by what they did.");
        DeadLetters = meter.CreateCounter<long>("dlgs.dead_letters", unit: "{record}", description: "Records put aside, by reason.");
        Changes = meter.CreateCounter<long>("dlgs.changes", unit: "{change}", description: "Changes published.");
        Transactions = meter.CreateCounter<long>("dlgs.transactions", unit: "{transaction}", description: "Transactions by outcome.");
        ClockReplacements = meter.CreateCounter<long>("dlgs.sip_time_replacements", unit: "{event}",
            description: "SIP times replaced by the log time, by proxy and reason: ahead, or unit (no microseconds).");
        Latin1Events = meter.CreateCounter<long>("dlgs.latin1_events", unit: "{event}",
            description: "Events with strings that are not UTF-8, read as Latin-1.");
        TickFailures = meter.CreateCounter<long>("dlgs.tick_failures", unit: "{tick}",
            description: "Ticks that were not sent: where nothing else comes, no deadline passes.");
        Closures = meter.CreateCounter<long>("dlgs.closures", unit: "{closure}", description: "Partitions that came to stand still, by cause.");
        Gaps = meter.CreateCounter<long>("dlgs.gap_records", unit: "{record}",
            description: "Input records that were gone, where an operator let a partition go on; at least 1 a gap.");
        UnreadableChanges = meter.CreateCounter<long>("dlgs.unreadable_changes", unit: "{record}",
            description: "Records of dialog-changes that are no change, and were passed over where somebody watches.");
        ProducersReplaced = meter.CreateCounter<long>("dlgs.producers_replaced", unit: "{producer}",
            description: "Transactional producers replaced, by reason: slow-commit, undecided, failure, reports.");
    }

    public Counter<long> UnreadableChanges { get; }

    public Counter<long> Closures { get; }

    public Counter<long> Gaps { get; }

    public Counter<long> ProducersReplaced { get; }

    public Counter<long> Events { get; }

    public Counter<long> DeadLetters { get; }

    public Counter<long> Changes { get; }

    public Counter<long> Transactions { get; }

    public Counter<long> ClockReplacements { get; }

    public Counter<long> Latin1Events { get; }

    public Counter<long> TickFailures { get; }

    /// <summary>A gauge per proxy.</summary>
    public void ObserveSmallestLag(Func<IEnumerable<Measurement<double>>> observe) =>
        meter.CreateObservableGauge("dlgs.proxy_smallest_lag", observe, unit: "s",
            description: "Smallest time between a proxy's SIP time and the log time: below zero its clock is ahead.");

    /// <summary>A gauge per partition, and one of the instance.</summary>
    public void ObserveInput(Func<IEnumerable<Measurement<long>>> lag, Func<int> stalled)
    {
        meter.CreateObservableGauge("dlgs.input_lag", lag, unit: "{record}",
            description: "Offsets between a partition's position and the end of its input, as last asked, every 2 s.");
        meter.CreateObservableGauge("dlgs.stalled_partitions", stalled, unit: "{partition}",
            description: "Partitions that stand still though their input goes on.");
    }

    public void Dispose() => meter.Dispose();
}
