using Dlgs.Streams.Client;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Partitions;

namespace Dlgs.Streams.Answers;

/// <summary>
/// The path that every query takes: the wait for what the caller has written, a place among the queries and among the scans, the partitions that
/// answer, and the answer. Never runs on a lane's thread. Throws <see cref="QueryRefusal"/>.
/// </summary>
internal sealed class QueryPath(PartitionRegistry registry, QueryGate gate, PositionWait positions)
{
    /// <summary>The answer gets the partitions that answer, and what it has to call before each step of a scan.</summary>
    public Task<TAnswer> AnswerAsync<TAnswer>(
        Demand? demand, bool isScan, int? only, Func<ClusterCoverage, Action<string>, TAnswer> answer, CancellationToken caller) =>
        gate.InTimeAsync(cancellation => FindAsync(demand, isScan, only, answer, cancellation), caller);

    /// <summary>The path of what writes: a place of its own, and then as often as it has to know something the path above, all in the one time.</summary>
    public Task<TAnswer> WriteAsync<TAnswer>(Func<CancellationToken, Task<TAnswer>> write, CancellationToken caller) =>
        gate.InTimeAsync(async cancellation =>
        {
            using var place = gate.EnterWrite();
            return await write(cancellation);
        }, caller);

    /// <summary>The same as an answer, of a request whose time is under way.</summary>
    public async Task<TAnswer> FindAsync<TAnswer>(
        Demand? demand, bool isScan, int? only, Func<ClusterCoverage, Action<string>, TAnswer> answer, CancellationToken cancellation)
    {
        await positions.WaitAsync(demand, only, cancellation);
        using var place = gate.Enter();
        // What answers is found when the scan has its turn, not before it waited.
        return isScan
            ? await gate.ScanAsync(pause => answer(ClusterCoverage.Find(registry, demand, only), pause), cancellation)
            : answer(ClusterCoverage.Find(registry, demand, only), _ => cancellation.ThrowIfCancellationRequested());
    }

    /// <summary>Where a Call belongs; null: not known yet, and then nothing answers.</summary>
    public int? PartitionOf(ReadOnlySpan<byte> callId) => registry.PartitionCount is > 0 and var count ? CallIdPartitioner.PartitionOf(callId, count) : null;
}
