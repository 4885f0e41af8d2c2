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
        gate.InTimeAsync(async cancellation =>
        {
            await positions.WaitAsync(demand, only, cancellation);
            using var place = gate.Enter();
            // What answers is found when the scan has its turn, not before it waited.
            return isScan
                ? await gate.ScanAsync(pause => answer(ClusterCoverage.Find(registry, demand, only), pause), cancellation)
                : answer(ClusterCoverage.Find(registry, demand, only), _ => cancellation.ThrowIfCancellationRequested());
        }, caller);
}
