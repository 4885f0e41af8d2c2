using Dlgs.Streams.Client;
using Dlgs.Streams.Cluster;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Core.Queries;
using Dlgs.Streams.Partitions;
using Dlgs.Streams.Settings;
using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Answers;

/// <summary>
/// The same queries of the whole cluster: each instance answers for its partitions, and the answers are put together. Their arguments were looked at
/// before. Throws <see cref="QueryRefusal"/>.
/// </summary>
internal sealed partial class ClusterQueries(
    FanOut fanOut, PartitionRegistry registry, QueryGate gate, PositionWait positions, FanOutMetrics metrics,
    IOptions<AnswerOptions> options, IOptions<PeerOptions> peers, TimeProvider time)
{
    /// <summary>Between two looks at positions that were not reached, at first and at most: each look asks all instances.</summary>
    private static readonly TimeSpan FirstStep = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestStep = TimeSpan.FromMilliseconds(250);

    /// <summary>What an instance may wait for positions before it says how far it is.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(250);

    /// <summary>Whether others have to be asked.</summary>
    public bool Spans(Caller caller) => caller.Peer is null && fanOut.HasPeers;

    /// <summary>Up to a call: its owner is asked first when that began. Empty: of all.</summary>
    public Task<CountResponse> CountAsync(CountRequest request, byte[] upToCall, bool isScan, Caller caller) =>
        InTimeAsync(isScan, caller, async (until, cancellation) =>
        {
            var question = new PeerQuestion { Count = request };
            if (upToCall.Length > 0) question.UpTo = await FindBeginAsync(request, upToCall, until, cancellation);
            var (parts, coverage) = await GatherAsync(question, request.Demand, isScan, until, cancellation);
            var response = new CountResponse { Coverage = coverage };
            response.Counts.AddRange(parts[0].Answer.Count.Counts.Select((_, i) => parts.Sum(part => part.Answer.Count.Counts[i])));
            return response;
        });

    private async Task<CallBegin?> FindBeginAsync(CountRequest request, byte[] callId, DateTimeOffset until, CancellationToken cancellation)
    {
        var question = new PeerQuestion { Begin = new BeginQuestion { CallId = request.UpToCallId, Demand = request.Demand } };
        return (await AskOwnerAsync(question, PartitionOf(callId), request.Demand, until, cancellation)).Begin.Begin;
    }

    public Task<StatsResponse> StatsAsync(StatsRequest request, Caller caller) =>
        AskAllAsync(new PeerQuestion { Stats = request }, request.Demand, isScan: false, caller, (answers, coverage) => new StatsResponse
        {
            Active = Sum(answers.Select(answer => answer.Stats.Active)),
            Final = Sum(answers.Select(answer => answer.Stats.Final)),
            ActiveTotal = answers.Sum(answer => answer.Stats.ActiveTotal),
            FinalTotal = answers.Sum(answer => answer.Stats.FinalTotal),
            CallsHeld = answers.Sum(answer => answer.Stats.CallsHeld),
            Coverage = coverage,
        });

    /// <summary>Each instance tells all its groups: one that is small everywhere may be the largest of all.</summary>
    public Task<GroupResponse> GroupAsync(GroupRequest request, int top, Caller caller) =>
        AskAllAsync(new PeerQuestion { Group = request }, request.Demand, isScan: true, caller, (answers, coverage) =>
        {
            var parts = answers.SelectMany(answer => answer.Group.Groups).Select(group => new Core.Queries.DialogGroup(group.Value, group.Count));
            return parts.Largest(top + 1, request.Above).ToResponse(top, coverage);
        });

    private static StateCounts Sum(IEnumerable<StateCounts> counts) => counts.Aggregate(new StateCounts(), (sum, one) => new StateCounts
    {
        Init = sum.Init + one.Init,
        Progress = sum.Progress + one.Progress,
        Answered = sum.Answered + one.Answered,
        Confirmed = sum.Confirmed + one.Confirmed,
        Terminated = sum.Terminated + one.Terminated,
        NotAnswered = sum.NotAnswered + one.NotAnswered,
    });

    private Task<TResponse> AskAllAsync<TResponse>(
        PeerQuestion question, Demand? demand, bool isScan, Caller caller, Func<IReadOnlyList<PeerAnswer>, Coverage, TResponse> merge) =>
        InTimeAsync(isScan, caller, async (until, cancellation) =>
        {
            var (parts, coverage) = await GatherAsync(question, demand, isScan, until, cancellation);
            return merge([.. parts.Select(part => part.Answer)], coverage);
        });

    /// <summary>A place among the queries, and the time until which the caller waits.</summary>
    private Task<TResponse> InTimeAsync<TResponse>(bool isScan, Caller caller, Func<DateTimeOffset, CancellationToken, Task<TResponse>> ask) =>
        gate.InTimeAsync(isScan, async cancellation =>
        {
            var ours = time.GetUtcNow() + options.Value.QueryTime;
            using var place = gate.EnterFanOut();
            return await ask(caller.Deadline is { } deadline && deadline < ours ? deadline : ours, cancellation);
        }, caller);

    /// <summary>The answers of all that answer, until they have what was demanded.</summary>
    private async Task<(IReadOnlyList<PartAnswer> Parts, Coverage Coverage)> GatherAsync(
        PeerQuestion question, Demand? demand, bool isScan, DateTimeOffset until, CancellationToken cancellation)
    {
        if (registry.PartitionCount == 0) throw QueryRefusal.PartitionsUnknown();
        Position[] demanded = [.. positions.Demanded(demand)];
        var isChecked = false;
        for (var step = FirstStep; ; step = Longer(step))
        {
            var share = ShareOf(isScan, until - time.GetUtcNow());
            question.WaitMs = WaitMs(share);
            var began = time.GetTimestamp();
            var parts = await fanOut.AskAsync(question, share, cancellation);
            cancellation.ThrowIfCancellationRequested();
            if (parts.Select(part => part.Answer.Refusal).FirstOrDefault(IsForAll) is { } refusal) throw QueryRefusal.Of(refusal);
            PartAnswer[] answered = [.. parts.Where(part => part.Answer.Refusal is null)];
            var coverage = new MergedCoverage(registry, answered);
            metrics.Asked(time.GetElapsedTime(began), coverage.IsComplete);
            if (demanded.All(coverage.Has)) return (answered, coverage.Checked(demand));
            if (!isChecked) await positions.CheckAreWrittenAsync(demand!, coverage.Has, cancellation);
            isChecked = true;
            await Task.Delay(step, time, cancellation);
        }
    }

    /// <summary>Half of what is left. What looks nothing but counters up needs no more than a peer may be silent.</summary>
    private TimeSpan ShareOf(bool isScan, TimeSpan left) => isScan || left / 2 < peers.Value.Timeout ? left / 2 : peers.Value.Timeout;

    private static int WaitMs(TimeSpan share) => (int)(share < LongestWait ? share : LongestWait).TotalMilliseconds;

    private static TimeSpan Longer(TimeSpan step) => step * 2 < LongestStep ? step * 2 : LongestStep;

    /// <summary>Whether a refusal is about the question, and not about who was asked: then nobody answers it.</summary>
    internal static bool IsForAll(PeerRefusal? refusal) => refusal is { Kind: not ((int)RefusalKind.Unavailable or (int)RefusalKind.TimedOut) };

    private int PartitionOf(byte[] callId) => registry.PartitionCount is > 0 and var count
        ? CallIdPartitioner.PartitionOf(callId, count)
        : throw QueryRefusal.PartitionsUnknown();
}
