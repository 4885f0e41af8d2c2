using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Partitions;
using PartitionPhase = Dlgs.Streams.Partitions.PartitionPhase;

namespace Dlgs.Streams.Answers;

/// <summary>The offset after the last record of an input partition, if not at least this one; null: nobody knows.</summary>
internal delegate Task<long?> FindInputEnd(int partition, long atLeast);

/// <summary>Read your own writes: waits until the partitions have processed what the caller knows was written. What nobody has written is refused.</summary>
internal sealed class PositionWait(PartitionRegistry registry, QueryGate gate, FindInputEnd findEnd, TimeProvider time)
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(5);

    public async Task WaitAsync(IReadOnlyList<Position> positions, CancellationToken cancellation)
    {
        Check(positions, registry.PartitionCount);
        if (positions.All(IsReached)) return;
        using var place = gate.EnterWait();
        for (var i = 0; i < positions.Count; i++) await CheckIsWrittenAsync(positions[i], i).WaitAsync(cancellation);
        foreach (var position in positions) await WaitAsync(position, cancellation);
    }

    private async Task WaitAsync(Position position, CancellationToken cancellation)
    {
        while (!IsReached(position))
        {
            try
            {
                await Task.Delay(Step, time, cancellation);
            }
            catch (OperationCanceledException)
            {
                throw new QueryRefusal(RefusalKind.TimedOut, "demand.positions", Describe(position, registry.Find(position.Partition)));
            }
        }
    }

    private static void Check(IReadOnlyList<Position> positions, int partitions)
    {
        if (positions.Count == 0) return;
        if (partitions == 0) throw QueryRefusal.Unavailable("The instance does not know its partitions yet.");
        if (positions.Count > partitions) throw QueryRefusal.Argument("demand.positions", $"at most one for each of the {partitions} partitions.");
        for (var i = 0; i < positions.Count; i++)
        {
            if (positions[i].Partition < 0 || positions[i].Partition >= partitions)
                throw QueryRefusal.Argument($"demand.positions[{i}].partition", $"0 to {partitions - 1}.");
            if (positions[i].Offset < 0) throw QueryRefusal.Argument($"demand.positions[{i}].offset", "not below 0.");
        }
    }

    private async Task CheckIsWrittenAsync(Position position, int i)
    {
        if (IsReached(position)) return;
        if (await findEnd(position.Partition, position.Offset) is { } end && position.Offset > end)
            throw QueryRefusal.Argument(
                $"demand.positions[{i}].offset", $"0 to {end}, where the log of partition {position.Partition} ends; it is {position.Offset}.");
    }

    private bool IsReached(Position position) =>
        registry.Find(position.Partition) is { Phase: PartitionPhase.Active } view && view.ProcessedOffset >= position.Offset;

    private static string Describe(Position position, PartitionView? view) =>
        view is { Phase: PartitionPhase.Active }
            ? $"partition {position.Partition} has processed up to offset {view.ProcessedOffset}, not {position.Offset}."
            : $"partition {position.Partition} does not answer.";
}
