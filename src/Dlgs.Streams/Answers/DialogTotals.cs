using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Core.Queries;
using Derived = Dlgs.Streams.Core.Dialogs;

namespace Dlgs.Streams.Answers;

/// <summary>How many dialogs there are in all. Each throws <see cref="QueryRefusal"/>.</summary>
internal sealed class DialogTotals(QueryArguments arguments, QueryPath path, ClusterQueries cluster)
{
    private const int DefaultTop = 20;

    public Task<StatsResponse> StatsAsync(StatsRequest request, Caller caller) => cluster.Spans(caller) ? cluster.StatsAsync(request, caller)
        : path.AnswerAsync(request.Demand, isScan: false, only: null, (coverage, _) =>
        {
            var (active, final) = (new StateCounts(), new StateCounts());
            var response = new StatsResponse { Active = active, Final = final, Coverage = coverage.Record };
            foreach (var partition in coverage.Answering)
            {
                var (store, settled) = (partition.Store, partition.View.Final);
                active.Init += Count(Derived.DialogState.Init);
                active.Progress += Count(Derived.DialogState.Progress);
                active.Answered += Count(Derived.DialogState.Answered);
                active.Confirmed += Count(Derived.DialogState.Confirmed);
                final.Terminated += settled.Terminated;
                final.NotAnswered += settled.NotAnswered;
                response.CallsHeld += store.CallCount;

                long Count(Derived.DialogState state) => store.Count(new DialogSelection([], StateSets.Of(state)));
            }
            response.ActiveTotal = active.Init + active.Progress + active.Answered + active.Confirmed;
            response.FinalTotal = final.Terminated + final.NotAnswered;
            return response;
        }, caller);

    public async Task<GroupResponse> GroupAsync(GroupRequest request, Caller caller) =>
        Withheld.For(caller, request, await FindGroupsAsync(request, caller));

    private Task<GroupResponse> FindGroupsAsync(GroupRequest request, Caller caller)
    {
        var key = QueryArguments.GroupKey(request.By);
        var selection = arguments.All(request.Filters, QueryArguments.States(request.States, StateSet.Ongoing));
        var top = arguments.Page(request.Top, "top", DefaultTop);
        if (request.Above < 0) throw QueryRefusal.Argument("above", "not below 0.");
        if (cluster.Spans(caller)) return cluster.GroupAsync(request, top, caller);
        // Sums over instances are cut when they are sums.
        if (caller.Peer is not null) top = int.MaxValue - 1;
        // From counters, too, it looks at every value.
        return path.AnswerAsync(request.Demand, isScan: true, only: null, (coverage, pause) =>
        {
            var stores = coverage.Answering.Select(partition => partition.Store).ToArray();
            var groups = stores.Group(key, selection.Pausing(pause), top + 1, caller.Peer is null ? request.Above : 0);
            return groups.ToResponse(top, coverage.Record);
        }, caller);
    }
}

/// <summary>Groups as the protocol has them.</summary>
internal static class GroupRecords
{
    /// <summary>Of one more than are wanted: it says that there are more.</summary>
    public static GroupResponse ToResponse(this IReadOnlyList<Core.Queries.DialogGroup> groups, int top, Coverage coverage)
    {
        var response = new GroupResponse { Coverage = coverage, Limited = groups.Count > top };
        response.Groups.AddRange(groups.Take(top).Select(group => new Contracts.V1.DialogGroup { Value = group.Value, Count = group.Count }));
        return response;
    }
}
