using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Core.Queries;
using Derived = Dlgs.Streams.Core.Dialogs;

namespace Dlgs.Streams.Answers;

/// <summary>How many dialogs there are in all. Each throws <see cref="QueryRefusal"/>.</summary>
internal sealed class DialogTotals(QueryPath path)
{
    public Task<StatsResponse> StatsAsync(StatsRequest request, CancellationToken caller) =>
        path.AnswerAsync(request.Demand, isScan: false, only: null, (coverage, _) =>
        {
            var (active, final) = (new StateCounts(), new StateCounts());
            var response = new StatsResponse { Active = active, Final = final, Coverage = coverage.Record };
            foreach (var (_, _, store, settled) in coverage.Answering)
            {
                active.Init += Count(Derived.DialogState.Init);
                active.Progress += Count(Derived.DialogState.Progress);
                active.Answered += Count(Derived.DialogState.Answered);
                active.Confirmed += Count(Derived.DialogState.Confirmed);
                final.Terminated += settled.Terminated;
                final.NotAnswered += settled.NotAnswered;
                response.CallsHeld += store.CallCount;

                long Count(Derived.DialogState state) => store.Count(null, (StateSet)(1 << (int)state), []);
            }
            response.ActiveTotal = active.Init + active.Progress + active.Answered + active.Confirmed;
            response.FinalTotal = final.Terminated + final.NotAnswered;
            return response;
        }, caller);
}
