using Dlgs.Streams.Client;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Memory;
using Dlgs.Streams.Partitions;

namespace Dlgs.Streams.Answers;

/// <summary>
/// The path that every query takes: the wait for what the caller has written, a place among the queries and among the scans, the partitions that
/// answer, and the answer. Never runs on a lane's thread. Throws <see cref="QueryRefusal"/>.
/// </summary>
internal sealed class QueryPath(PartitionRegistry registry, QueryGate gate, PositionWait positions, MemoryLimit memory, TimeProvider time)
{
    /// <summary>An abort takes about as long.</summary>
    private static readonly TimeSpan AbortPause = TimeSpan.FromMilliseconds(5);

    /// <summary>The answer gets the partitions that answer, and what it has to call before each step of a scan.</summary>
    public Task<TAnswer> AnswerAsync<TAnswer>(
        Demand? demand, bool isScan, int? only, Func<ClusterCoverage, Action<string>, TAnswer> answer, Caller caller) =>
        isScan || PositionWait.Waits(demand) ? AnswerInTimeAsync(demand, isScan, only, answer, caller) : AnswerAtOnceAsync(demand, only, answer, caller);

    private Task<TAnswer> AnswerInTimeAsync<TAnswer>(
        Demand? demand, bool isScan, int? only, Func<ClusterCoverage, Action<string>, TAnswer> answer, Caller caller) =>
        gate.InTimeAsync(isScan, cancellation => FindAsync(demand, isScan, only, answer, caller.Peer, cancellation), caller);

    /// <summary>What waits for nobody is there before its time could be over: no clock runs for it.</summary>
    private async Task<TAnswer> AnswerAtOnceAsync<TAnswer>(
        Demand? demand, int? only, Func<ClusterCoverage, Action<string>, TAnswer> answer, Caller caller)
    {
        var (found, coverage) = await FindOnceAsync(demand, isScan: false, only, answer, caller.Peer, CancellationToken.None);
        return IsAsFound(coverage) ? found : await AnswerInTimeAsync(demand, isScan: false, only, answer, caller);
    }

    /// <summary>No transaction was aborted under it, and a process that was stopped in the middle has not lost its partitions.</summary>
    private bool IsAsFound(ClusterCoverage coverage) => !coverage.HasGoneBack && !registry.OutOfTouch;

    /// <summary>The path of what writes: a place of its own, and then as often as it has to know something the path above, all in the one time.</summary>
    public Task<TAnswer> WriteAsync<TAnswer>(bool isScan, Func<CancellationToken, Task<TAnswer>> write, Caller caller) =>
        gate.InTimeAsync(isScan, async cancellation =>
        {
            using var place = gate.EnterWrite();
            return await write(cancellation);
        }, caller);

    /// <summary>
    /// The same as an answer, of a request whose time is under way. Where a transaction was aborted under it, once more: an answer is never older than
    /// its position says, or than was demanded. A peer gets what there is, and looks itself.
    /// </summary>
    public async Task<TAnswer> FindAsync<TAnswer>(
        Demand? demand, bool isScan, int? only, Func<ClusterCoverage, Action<string>, TAnswer> answer, PeerScope? peer, CancellationToken cancellation)
    {
        while (true)
        {
            var demanded = peer is null ? await positions.WaitAsync(demand, only, cancellation) : await positions.WaitHereAsync(demand, peer, cancellation);
            var (found, coverage) = await FindOnceAsync(demand, isScan, only, answer, peer, cancellation);
            // Between the wait and the answer, too: a scan has to wait for its turn.
            if (IsAsFound(coverage) && demanded.All(position => only is { } one && position.Partition != one || coverage.Has(position))) return found;
            await Task.Delay(AbortPause, time, cancellation);
        }
    }

    private async Task<(TAnswer Answer, ClusterCoverage Coverage)> FindOnceAsync<TAnswer>(
        Demand? demand, bool isScan, int? only, Func<ClusterCoverage, Action<string>, TAnswer> answer, PeerScope? peer, CancellationToken cancellation)
    {
        if (isScan && memory.IsShort) throw QueryRefusal.Exhausted(null, TooShort());
        using var place = gate.Enter();
        // What answers is found when the scan has its turn, not before it waited.
        return isScan ? await gate.ScanAsync(Ask, cancellation) : Ask(_ => cancellation.ThrowIfCancellationRequested());

        (TAnswer, ClusterCoverage) Ask(Action<string> pause)
        {
            var coverage = ClusterCoverage.Find(registry, demand, only, peer);
            return (answer(coverage, pause), coverage);
        }
    }

    private string TooShort() =>
        $"Memory is short: {memory.Words}. Until it holds less, what scans (re, sw, fm, a part of the states, lists, groups) is refused; eq never is.";

    /// <summary>Where a Call belongs; null: not known yet, and then nothing answers.</summary>
    public int? PartitionOf(ReadOnlySpan<byte> callId) => registry.PartitionCount is > 0 and var count ? CallIdPartitioner.PartitionOf(callId, count) : null;
}
