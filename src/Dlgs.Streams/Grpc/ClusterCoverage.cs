using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Kafka;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using PartitionPhase = Dlgs.Streams.Kafka.PartitionPhase;

namespace Dlgs.Streams.Grpc;

/// <summary>
/// Which partitions answer, and the demands that a caller makes on that. What is asked of several views at once is asked of one and the
/// same list, so an answer covers exactly what it says.
/// </summary>
internal sealed class ClusterCoverage
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(5);

    private readonly StoreRegistry registry;

    private ClusterCoverage(StoreRegistry registry, List<PartitionView> active) => (this.registry, Active) = (registry, active);

    /// <summary>The partitions that answer.</summary>
    public List<PartitionView> Active { get; }

    public static async Task<ClusterCoverage> GatherAsync(StoreRegistry registry, Demand? demand, CancellationToken cancellation)
    {
        if (registry.OutOfTouch) throw new RpcException(new Status(StatusCode.Unavailable, "This instance has lost touch with the brokers: its partitions may be another's by now. Ask again, or another instance."));
        if (demand?.Positions.Count > 0) await WaitForAsync(registry, demand.Positions, cancellation);
        var coverage = new ClusterCoverage(registry, [.. registry.Views.Where(v => v is { Phase: PartitionPhase.Active, Store: not null }).OrderBy(v => v.Partition)]);
        if (demand is { Complete: true } && !coverage.IsComplete)
            throw new RpcException(new Status(StatusCode.Unavailable, $"Partitions {string.Join(", ", coverage.Missing())} of {registry.PartitionCount} do not answer; without demand.complete the others would."));
        return coverage;
    }

    private bool IsComplete => registry.PartitionCount > 0 && Active.Count == registry.PartitionCount;

    private IEnumerable<int> Missing() => Enumerable.Range(0, registry.PartitionCount).Except(Active.Select(v => v.Partition));

    public Coverage ToRecord()
    {
        var coverage = new Coverage { Complete = IsComplete };
        coverage.MissingPartitions.AddRange(Missing());
        foreach (var view in registry.Views.OrderBy(v => v.Partition)) coverage.Partitions.Add(ToRecord(view));
        return coverage;
    }

    private static PartitionCoverage ToRecord(PartitionView view)
    {
        var record = new PartitionCoverage
        {
            Partition = view.Partition,
            Generation = view.Generation,
            Phase = view.Phase switch
            {
                PartitionPhase.Restoring => Contracts.V1.PartitionPhase.Restoring,
                PartitionPhase.Active => Contracts.V1.PartitionPhase.Active,
                PartitionPhase.Draining => Contracts.V1.PartitionPhase.Draining,
                PartitionPhase.Closed => Contracts.V1.PartitionPhase.Closed,
            },
            ProcessedOffset = view.ProcessedOffset,
            CommittedOffset = view.CommittedOffset,
        };
        if (view.Store?.LogTime is { Micros: > 0 } logTime) record.LogTime = Timestamp.FromDateTimeOffset(DateTimeOffset.UnixEpoch.AddTicks(logTime.Micros * TimeSpan.TicksPerMicrosecond));
        return record;
    }

    /// <summary>Read your own writes: waits until the partitions have processed what the caller knows was written.</summary>
    private static async Task WaitForAsync(StoreRegistry registry, IReadOnlyList<Position> positions, CancellationToken cancellation)
    {
        foreach (var position in positions)
            if (position.Partition < 0 || position.Partition >= registry.PartitionCount) throw QueryArguments.Invalid("demand.positions", $"partitions 0 to {registry.PartitionCount - 1}.");
        var start = TimeProvider.System.GetTimestamp();
        while (positions.FirstOrDefault(p => !(registry.Find(p.Partition)?.ProcessedOffset >= p.Offset)) is { } behind)
        {
            if (TimeProvider.System.GetElapsedTime(start) > LongestWait)
                throw new RpcException(new Status(StatusCode.Unavailable, $"Partition {behind.Partition} has processed up to offset {registry.Find(behind.Partition)?.ProcessedOffset ?? -1}, not {behind.Offset}."));
            await Task.Delay(Step, cancellation);
        }
    }
}
