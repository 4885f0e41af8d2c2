using System.Diagnostics.CodeAnalysis;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Partitions;
using PartitionPhase = Dlgs.Streams.Partitions.PartitionPhase;

namespace Dlgs.Streams.Answers;

/// <summary>The offset after the last record of an input partition, if not at least this one; null: nobody knows.</summary>
internal delegate Task<long?> FindInputEnd(int partition, long atLeast);

/// <summary>Read your own writes: waits until the partitions have processed what the caller knows was written. What nobody has written is refused.</summary>
internal sealed class PositionWait(
    PartitionRegistry registry, QueryGate gate, FindInputEnd findEnd, IHostApplicationLifetime service, TimeProvider time)
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(5);

    /// <summary>Whether there is anything to wait for.</summary>
    public static bool Waits([NotNullWhen(true)] Demand? demand) => demand is not null && (demand.Positions.Count > 0 || !demand.Position.IsEmpty);

    /// <summary>
    /// Waits for what a request demands, and returns it; where it asks only one partition, for that one's part of an answer's position.
    /// </summary>
    public async Task<IEnumerable<Position>> WaitAsync(Demand? demand, int? only, CancellationToken cancellation)
    {
        if (!Waits(demand)) return [];
        var demanded = Read(demand, only).ToArray();
        if (!demanded.All(d => IsReached(d.Position))) await ReachAsync(demanded, cancellation);
        return demanded.Select(d => d.Position);
    }

    /// <summary>
    /// For a peer: waits, for as long as it said, for those that this instance has. None has to be reached then: whoever asks sees how far the answer is.
    /// </summary>
    public async Task<IEnumerable<Position>> WaitHereAsync(Demand? demand, PeerScope peer, CancellationToken cancellation)
    {
        if (!Waits(demand)) return [];
        var start = time.GetTimestamp();
        bool IsLate(Position position) =>
            peer.Includes(position.Partition) && registry.Find(position.Partition) is { Phase: PartitionPhase.Active } && !IsReached(position);
        Position[] demanded = [.. Demanded(demand)];
        while (demanded.Any(IsLate) && time.GetElapsedTime(start) < peer.Wait) await Task.Delay(Step, time, cancellation);
        return [];
    }

    /// <summary>What a request demands of the whole cluster.</summary>
    public IEnumerable<Position> Demanded(Demand? demand) =>
        !Waits(demand) ? [] : Read(demand, only: null).Select(demanded => demanded.Position);

    /// <summary>Refuses what nobody has written, of what was not reached.</summary>
    public async Task CheckAreWrittenAsync(Demand demand, Func<Position, bool> isReached, CancellationToken cancellation)
    {
        foreach (var one in Read(demand, only: null))
            if (!isReached(one.Position)) await CheckIsWrittenAsync(one).WaitAsync(cancellation);
    }

    private async Task ReachAsync(DemandedPosition[] demanded, CancellationToken cancellation)
    {
        using var place = gate.EnterWait();
        foreach (var one in demanded) await CheckIsWrittenAsync(one).WaitAsync(cancellation);
        foreach (var one in demanded) await ReachAsync(one.Position, one.Field, cancellation);
    }

    /// <summary>Waits for what is known to be written, on behalf of a field of the request or of what this instance has done itself.</summary>
    public async Task ReachAsync(Position position, string? ofField, CancellationToken cancellation)
    {
        while (!IsReached(position))
        {
            if (registry.Find(position.Partition) is null)
                throw QueryRefusal.Unavailable($"Partition {position.Partition} is not here, or not any more: ask another instance, or again.");
            // Its lanes take nothing more: what they do not have by now, another instance will.
            if (service.ApplicationStopping.IsCancellationRequested)
                throw QueryRefusal.Unavailable("The instance is being stopped. What was written is written: ask again, at another one.");
            try
            {
                await Task.Delay(Step, time, cancellation);
            }
            catch (OperationCanceledException)
            {
                throw new QueryRefusal(RefusalKind.TimedOut, ofField, Describe(position, registry.Find(position.Partition)));
            }
        }
    }

    private IEnumerable<DemandedPosition> Read(Demand demand, int? only)
    {
        var partitions = registry.PartitionCount;
        if (partitions == 0) throw QueryRefusal.PartitionsUnknown();
        var positions = demand.Positions;
        if (positions.Count > partitions) throw QueryRefusal.Argument("demand.positions", $"at most one for each of the {partitions} partitions.");
        for (var i = 0; i < positions.Count; i++)
        {
            if (positions[i].Partition < 0 || positions[i].Partition >= partitions)
                throw QueryRefusal.Argument($"demand.positions[{i}].partition", $"0 to {partitions - 1}.");
            if (positions[i].Offset < 0) throw QueryRefusal.Argument($"demand.positions[{i}].offset", "not below 0.");
            yield return new DemandedPosition("demand.positions", $"demand.positions[{i}].offset", positions[i]);
        }
        if (demand.Position.IsEmpty) yield break;
        foreach (var (partition, next, _) in PositionTokens.Read(demand.Position, registry, "demand.position"))
            if (only is null || partition == only)
                yield return new DemandedPosition("demand.position", "demand.position", new Position { Partition = partition, Offset = next });
    }

    private async Task CheckIsWrittenAsync(DemandedPosition demanded)
    {
        var position = demanded.Position;
        if (IsReached(position)) return;
        if (await findEnd(position.Partition, position.Offset) is { } end && position.Offset > end)
            throw QueryRefusal.Argument(demanded.OffsetField, $"0 to {end}, where the log of partition {position.Partition} ends; it is {position.Offset}.");
    }

    private bool IsReached(Position position) =>
        registry.Find(position.Partition) is { Phase: PartitionPhase.Active } view && view.ProcessedOffset >= position.Offset;

    private static string Describe(Position position, PartitionView? view) =>
        view is { Phase: PartitionPhase.Active }
            ? $"partition {position.Partition} has processed up to offset {view.ProcessedOffset}, not {position.Offset}."
            : $"partition {position.Partition} does not answer.";

    /// <summary>What one demand asks of one partition; its field in the request, and the one that has the offset.</summary>
    private readonly record struct DemandedPosition(string Field, string OffsetField, Position Position);
}
