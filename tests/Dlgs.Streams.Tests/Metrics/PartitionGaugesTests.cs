using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Core.Stores;
using Dlgs.Streams.Partitions;
using Microsoft.Extensions.Time.Testing;

namespace Dlgs.Streams.Tests.Metrics;

/// <summary>What the metrics say of partitions in each phase.</summary>
public sealed class PartitionGaugesTests : IDisposable
{
    private static readonly TimeSpan ProofLifetime = TimeSpan.FromSeconds(24);

    private readonly MeterReading reading = new();
    private readonly FakeTimeProvider time = new();
    private readonly PartitionRegistry registry;

    public PartitionGaugesTests()
    {
        registry = new PartitionRegistry(ProofLifetime, time).MeasuredBy(reading.Meter);
        registry.PartitionCount = 12;
        Add(3, PartitionPhase.Active).Lag = 7;
        Add(4, PartitionPhase.Restoring).Restore = new RestoreProgress(1_000, 250);
        Add(5, PartitionPhase.Closed);
    }

    public void Dispose() => reading.Dispose();

    [Fact]
    public void Each_partition_is_in_one_phase_and_those_of_others_are_not_here()
    {
        Assert.Equal(12, reading.Of("dlgs.partitions")[""]);
        Assert.Equal(new() { ["3 active"] = 1, ["4 restoring"] = 1, ["5 closed"] = 1 }, reading.Of("dlgs.partition_phase"));
        Assert.Equal(new() { ["restoring"] = 1, ["active"] = 1, ["draining"] = 0, ["closed"] = 1 }, reading.Of("dlgs.partitions_held"));
        registry.Remove(registry.Find(5)!);
        Assert.Equal(["3 active", "4 restoring"], reading.Of("dlgs.partition_phase").Keys);
        Assert.Equal(0, reading.Of("dlgs.partitions_held")["closed"]);
    }

    [Fact]
    public void Restore_says_how_much_there_is_and_how_much_is_left()
    {
        Assert.Equal((1_000, 250), (reading.Of("dlgs.restore_records")["4"], reading.Of("dlgs.restore_records_left")["4"]));
        registry.Find(4)!.MoveTo(PartitionPhase.Active);
        Assert.Empty(reading.Of("dlgs.restore_records_left"));
    }

    [Fact]
    public void Lag_that_is_not_known_is_not_told()
    {
        Assert.Equal(new() { ["3"] = 7 }, reading.Of("dlgs.input_lag"));
        registry.Find(3)!.Lag = -1;
        Assert.Empty(reading.Of("dlgs.input_lag"));
    }

    [Fact]
    public void Log_time_is_told_in_seconds_since_1970_once_it_is_known()
    {
        Assert.Empty(reading.Of("dlgs.log_timestamp"));
        registry.Find(3)!.Store!.Advance(new LogTime(1_800_000_000_250_000), default);
        Assert.Equal(new() { ["3"] = 1_800_000_000.25 }, reading.Of("dlgs.log_timestamp"));
    }

    /// <summary>Another instance has counted them by then: a sum would have them twice.</summary>
    [Fact]
    public void Instance_out_of_touch_tells_of_no_calls()
    {
        Assert.Equal((1, 0), (reading.Of("dlgs.in_touch")[""], reading.Of("dlgs.calls_held")[""]));
        Assert.Equal(new() { ["init"] = 0, ["progress"] = 0, ["answered"] = 0, ["confirmed"] = 0 }, reading.Of("dlgs.calls_up"));
        time.Advance(ProofLifetime + TimeSpan.FromSeconds(1));
        Assert.Equal(0, reading.Of("dlgs.in_touch")[""]);
        foreach (var metric in new[] { "dlgs.calls_up", "dlgs.calls_held", "dlgs.calls_held_overflow", "dlgs.call_records" }) Assert.Empty(reading.Of(metric));
    }

    private PartitionView Add(int partition, PartitionPhase phase)
    {
        var view = new PartitionView(partition) { ProvenAt = time.GetTimestamp() };
        if (phase == PartitionPhase.Active) view.Store = new DialogStore(partition, new Lifetimes());
        if (phase != PartitionPhase.Restoring) view.MoveTo(phase);
        registry.Add(view);
        return view;
    }
}
