using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Kafka;
using Grpc.Core;
using PartitionPhase = Dlgs.Streams.Kafka.PartitionPhase;

namespace Dlgs.Streams.Grpc;

/// <summary>Read your own writes: waits until the partitions have processed what the caller knows was written.</summary>
internal static class PositionWait
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(5);

    public static async Task WaitAsync(StoreRegistry registry, IReadOnlyList<Position> positions, TimeProvider time, CancellationToken cancellation)
    {
        Check(positions, registry.PartitionCount);
        foreach (var position in positions)
        {
            while (!IsReached(registry.Find(position.Partition), position.Offset))
            {
                try
                {
                    await Task.Delay(Step, time, cancellation);
                }
                catch (OperationCanceledException)
                {
                    throw new RpcException(new Status(StatusCode.DeadlineExceeded, Describe(position, registry.Find(position.Partition))));
                }
            }
        }
    }

    private static void Check(IReadOnlyList<Position> positions, int partitions)
    {
        if (positions.Count == 0) return;
        if (partitions == 0) throw new RpcException(new Status(StatusCode.Unavailable, "The instance does not know its partitions yet."));
        if (positions.Count > partitions) throw QueryArguments.Invalid("demand.positions", $"at most one for each of the {partitions} partitions.");
        for (var i = 0; i < positions.Count; i++)
        {
            if (positions[i].Partition < 0 || positions[i].Partition >= partitions) throw QueryArguments.Invalid($"demand.positions[{i}].partition", $"0 to {partitions - 1}.");
            if (positions[i].Offset < 0) throw QueryArguments.Invalid($"demand.positions[{i}].offset", "not below 0.");
        }
    }

    private static bool IsReached(PartitionView? view, long offset) => view is { Phase: PartitionPhase.Active } && view.ProcessedOffset >= offset;

    private static string Describe(Position position, PartitionView? view) =>
        $"demand.positions: partition {position.Partition} " + (view is { Phase: PartitionPhase.Active } ? $"has processed up to offset {view.ProcessedOffset}, not {position.Offset}." : "does not answer.");
}
