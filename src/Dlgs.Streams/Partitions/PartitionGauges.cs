using System.Diagnostics.Metrics;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Core.Stores;
using Dlgs.Streams.Metrics;

namespace Dlgs.Streams.Partitions;

/// <summary>
/// The partitions of this instance, and what their stores hold, as metrics: of what is kept as it is, so that looking costs the same whatever
/// they hold. Like an answer, it says nothing of calls when the partitions may be another's by now.
/// </summary>
internal static class PartitionGauges
{
    private static readonly PartitionPhase[] Phases = Enum.GetValues<PartitionPhase>();
    private static readonly DialogState[] UpStates = [.. Enum.GetValues<DialogState>().Where(state => state.IsOngoing())];

    public static PartitionRegistry MeasuredBy(this PartitionRegistry registry, ServiceMeter meter)
    {
        registry.ShowPartitions(meter);
        registry.ShowInput(meter);
        registry.ShowCalls(meter);
        return registry;
    }

    private static void ShowPartitions(this PartitionRegistry registry, ServiceMeter meter)
    {
        meter.Show(new("dlgs.partitions", "{partition}", "Partitions that Call-IDs are hashed over, of the whole cluster; 0 until the topics were checked."),
            () => registry.PartitionCount);
        meter.ShowEach(new("dlgs.partitions_held", "{partition}", "Partitions that this instance has, by phase.", "phase"),
            () => Phases.Select(phase => new Measurement<int>(registry.Views.Count(view => view.Phase == phase), Label.Pair(["phase"], Label.Of(phase)))));
        meter.ShowEach(new("dlgs.partition_phase", "", "1 for the phase that a partition of this instance is in: restoring, active, draining, or closed.",
            "partition", "phase"), () => registry.Views.Select(view =>
                new Measurement<int>(1, Label.Pair(["partition", "phase"], NumberOf(view), Label.Of(view.Phase)))));
        meter.Show(new("dlgs.in_touch", "", "1 if a commit has lately shown that the group still has this instance; 0: it does not answer."),
            () => registry.OutOfTouch ? 0 : 1);
        meter.ShowEach(new("dlgs.restore_records", "{record}", "Offsets of its store that the restore of a partition reads.", "partition"),
            () => registry.Restoring().Select(view => Of(view, view.Restore.Total)));
        meter.ShowEach(new("dlgs.restore_records_left", "{record}", "Offsets of its store that the restore of a partition has left to read.", "partition"),
            () => registry.Restoring().Select(view => Of(view, view.Restore.Left)));
    }

    private static void ShowInput(this PartitionRegistry registry, ServiceMeter meter)
    {
        meter.ShowEach(new("dlgs.input_lag", "{record}",
            "Offsets between a partition's position and the end of its input, as last asked, every 2 s.", "partition"),
            () => registry.Views.Where(view => view.Lag >= 0).Select(view => Of(view, view.Lag)));
        meter.ShowEach(new("dlgs.log_timestamp", "s", "Log time of a partition, in Unix time: deadlines up to here have passed. "
            + "It stands still where nothing comes and nothing is due.", "partition"),
            () => registry.Stores().Where(held => held.Store.LogTime != LogTime.Start).Select(held => Of(held.View, held.Store.LogTime.Micros / 1e6)));
        meter.Show(new("dlgs.stalled_partitions", "{partition}",
            "Partitions that stand still though their input goes on: for 10 s, or 5 min where their lane gets on with others."),
            () => registry.Views.Count(view => view.StalledSince is not null));
    }

    private static void ShowCalls(this PartitionRegistry registry, ServiceMeter meter)
    {
        meter.ShowEach(new("dlgs.calls_up", "{call}", "Calls that are up, by state.", "state"),
            () => registry.OutOfTouch ? [] : UpStates.Select(state =>
                new Measurement<long>(registry.Stores().Sum(held => held.Store.CountOf(state)), Label.Pair(["state"], state.Name()))));
        meter.ShowSum(registry, new("dlgs.calls_held", "{call}", "Calls held, with those that are over and not forgotten yet."), store => store.CallCount);
        meter.ShowSum(registry, new("dlgs.calls_held_overflow", "{call}", "Calls held of which a bound kept something out: their dialogs show overflow."),
            store => store.OverflowCount);
        meter.ShowSum(registry, new("dlgs.call_records", "By", "Bytes of the records of the Calls held, as they are in memory and in the store's topic."),
            store => store.RecordBytes);
    }

    private static void ShowSum(this ServiceMeter meter, PartitionRegistry registry, Metric metric, Func<DialogStore, long> of) =>
        meter.ShowEach<long>(metric, () => registry.OutOfTouch ? [] : [new Measurement<long>(registry.Stores().Sum(held => of(held.Store)))]);

    private static IEnumerable<PartitionView> Restoring(this PartitionRegistry registry) =>
        registry.Views.Where(view => view is { Phase: PartitionPhase.Restoring, Restore.Total: > 0 });

    private static IEnumerable<(PartitionView View, DialogStore Store)> Stores(this PartitionRegistry registry)
    {
        foreach (var view in registry.Views)
            if (view is { Phase: PartitionPhase.Active, Store: { } store }) yield return (view, store);
    }

    private static Measurement<T> Of<T>(PartitionView view, T value) where T : struct => new(value, Label.Pair(["partition"], NumberOf(view)));

    private static string NumberOf(PartitionView view) => view.Partition.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
