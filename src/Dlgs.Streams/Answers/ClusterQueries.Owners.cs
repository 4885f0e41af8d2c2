using Dlgs.Streams.Cluster;
using Dlgs.Streams.Contracts.V1;

namespace Dlgs.Streams.Answers;

/// <summary>What is asked of owners, by partition: one Call, pages, and what an operator does.</summary>
internal sealed partial class ClusterQueries
{
    private static readonly TimeSpan PageTime = TimeSpan.FromMilliseconds(250);

    public Task<GetResponse> GetAsync(GetRequest request, byte[] callId, Caller caller) =>
        InTimeAsync(isScan: false, caller, async (until, cancellation) =>
            (await AskOwnerAsync(new PeerQuestion { Get = request }, PartitionOf(callId), request.Demand, until, cancellation)).Get);

    public Task<TagResponse> TagAsync(TagRequest request, byte[] callId, bool isAdd, Caller caller) =>
        InTimeAsync(isScan: false, caller, async (until, cancellation) =>
        {
            var question = isAdd ? new PeerQuestion { AddTag = request } : new PeerQuestion { RemoveTag = request };
            return (await AskOwnerAsync(question, PartitionOf(callId), demand: null, until, cancellation)).Tag;
        });

    /// <summary>A dialog by its name, or all that match: instance after instance, until there are as many as may be.</summary>
    public Task<CloseResponse> CloseAsync(CloseRequest request, byte[]? callId, int most, Caller caller) =>
        InTimeAsync(isScan: callId is null, caller, async (until, cancellation) =>
        {
            if (callId is not null)
                return (await AskOwnerAsync(new PeerQuestion { Close = request }, PartitionOf(callId), demand: null, until, cancellation)).Close;
            var (owners, coverage) = await SurveyAsync(request.Demand, until, cancellation);
            var response = new CloseResponse { Coverage = coverage };
            foreach (var owned in owners.Values.GroupBy(partition => partition.Owner, partition => partition.Said.Partition))
            {
                response.Limited |= response.Dialogs.Count >= most;
                if (response.Dialogs.Count >= most) break;
                var question = new PeerQuestion { Close = request, Limit = most - response.Dialogs.Count }.Of(owned);
                var answer = Taken(await FanOut.AskAsync(owned.Key, question, until - time.GetUtcNow(), cancellation)).Close;
                response.Dialogs.AddRange(answer.Dialogs);
                response.Positions.AddRange(answer.Positions);
                response.Limited |= answer.Limited || answer.Coverage.MissingPartitions.Intersect(owned).Any();
            }
            return response;
        });

    /// <summary>The first that match, in the order of a list.</summary>
    public Task<GetResponse> FindMatchingAsync(GetRequest request, int limit, Caller caller) =>
        InTimeAsync(isScan: true, caller, async (until, cancellation) =>
        {
            var list = new ListRequest { Filters = { request.Filter }, States = { request.States }, View = request.View, Demand = request.Demand };
            var (walk, coverage) = await WalkAsync(list, default, limit, Timeout.InfiniteTimeSpan, until, cancellation);
            var isLimited = walk.Dialogs.Count > limit || !walk.IsAtEnd;
            return new GetResponse { Dialogs = { walk.Dialogs.Take(limit) }, Limited = isLimited, Coverage = coverage };
        });

    public Task<ListResponse> ListAsync(ListRequest request, PagePlace from, int size, Caller caller) =>
        InTimeAsync(isScan: true, caller, async (until, cancellation) =>
        {
            var (walk, coverage) = await WalkAsync(request, from, size, PageTime, until, cancellation);
            return new ListResponse { Dialogs = { walk.Dialogs }, NextPageToken = walk.Token, Coverage = coverage };
        });

    /// <summary>
    /// Partition by partition, of each from its owner, until there are as many, or it took long enough. Where all partitions stand is asked before: what
    /// is watched from there on misses nothing.
    /// </summary>
    private async Task<(ClusterPages Walk, Coverage Coverage)> WalkAsync(
        ListRequest request, PagePlace from, int size, TimeSpan enough, DateTimeOffset until, CancellationToken cancellation)
    {
        var (owners, coverage) = await SurveyAsync(request.Demand, until, cancellation);
        var walk = new ClusterPages(request, owners, registry.PartitionCount, from);
        var start = time.GetTimestamp();
        do await walk.StepAsync(size, (until - time.GetUtcNow()) / 2, cancellation);
        while (walk.Dialogs.Count < size && !walk.IsAtEnd && (enough == Timeout.InfiniteTimeSpan || time.GetElapsedTime(start) < enough));
        coverage.MissingPartitions.AddRange(walk.Lost.Except(coverage.MissingPartitions).ToArray());
        coverage.Complete = coverage.MissingPartitions.Count == 0;
        if (request.Demand is { Complete: true } && !coverage.Complete)
            throw QueryRefusal.Incomplete(
                coverage.MissingPartitions, $"Partitions moved in the middle of the list: {string.Join(", ", walk.Lost)}. Ask again.");
        return (walk, coverage);
    }

    private async Task<(Dictionary<int, OwnedPartition> Owners, Coverage Coverage)> SurveyAsync(
        Demand? demand, DateTimeOffset until, CancellationToken cancellation)
    {
        var survey = new PeerQuestion { Stats = new StatsRequest { Demand = demand } };
        var (parts, coverage) = await GatherAsync(survey, demand, isScan: false, until, cancellation);
        var owned = parts.SelectMany(part => part.Answered.Select(said => new OwnedPartition(part.Responder, said)));
        return (owned.ToDictionary(partition => partition.Said.Partition), coverage);
    }

    /// <summary>
    /// The owner, as far as is known here; and if it is none, or none any more, once more whoever says that it is. A peer that does not answer may have
    /// done what it was asked.
    /// </summary>
    private async Task<PeerAnswer> AskOwnerAsync(
        PeerQuestion question, int partition, Demand? demand, DateTimeOffset until, CancellationToken cancellation)
    {
        question = question.Of([partition]);
        Position[] demanded = [.. positions.Demanded(demand).Where(position => position.Partition == partition)];
        for (var step = FirstStep; ; step = Longer(step))
        {
            var answer = await AskOwnerOnceAsync(question, partition, until - time.GetUtcNow(), cancellation);
            if (answer is null)
                throw QueryRefusal.Incomplete(
                    [partition], $"Of the {registry.PartitionCount} partitions, the one of this Call-ID answers on no instance: {partition}.");
            var taken = Taken(answer);
            if (question.IsWrite() || demanded.All(position => answer.Answered.Any(said => said.ProcessedOffset >= position.Offset))) return taken;
            await positions.CheckAreWrittenAsync(demand!, position => position.Partition != partition, cancellation);
            await Task.Delay(step, time, cancellation);
        }
    }

    private async Task<PartAnswer?> AskOwnerOnceAsync(PeerQuestion question, int partition, TimeSpan left, CancellationToken cancellation)
    {
        question.WaitMs = WaitMs(left / 2);
        var owner = fanOut.OwnerOf(partition);
        var answer = owner is null ? null : await FanOut.AskAsync(owner, question, left, cancellation);
        if (owner is not null && answer is null && question.IsWrite())
            throw new QueryRefusal(RefusalKind.TimedOut, null,
                $"The instance that has partition {partition} did not answer. It may have done it: to ask again is harmless.");
        if (answer is { Answer.Refusal: not { Kind: (int)RefusalKind.Unavailable } }) return answer;
        return await FindOwnerAsync(partition, left / 2, cancellation) is { } other ? await FanOut.AskAsync(other, question, left, cancellation) : null;
    }

    private async Task<Responder?> FindOwnerAsync(int partition, TimeSpan share, CancellationToken cancellation)
    {
        var survey = new PeerQuestion { Stats = new StatsRequest() }.Of([partition]);
        return (await fanOut.AskAsync(survey, share, cancellation)).FirstOrDefault(part => part.Answered.Count > 0)?.Responder;
    }

    private static PeerAnswer Taken(PartAnswer? answer) =>
        answer is null ? throw QueryRefusal.Unavailable("An instance went down in the middle. Ask again.")
        : answer.Answer.Refusal is { } refusal ? throw QueryRefusal.Of(refusal)
        : answer.Answer;
}
