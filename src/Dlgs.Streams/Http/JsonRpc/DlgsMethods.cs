using System.Text.Json;
using Dlgs.Streams.Answers;
using Dlgs.Streams.Contracts.V1;

namespace Dlgs.Streams.Http.JsonRpc;

/// <summary>A result that is still to be written. Where it throws, a part of it may have been.</summary>
internal delegate Task WriteResult(RpcReply reply, CancellationToken cancellation);

/// <summary>
/// dlgs' RPC methods. Their results have no place for what is missing from them, so one that lacks partitions is a fault: a wrong count lets fraud
/// through.
/// </summary>
internal sealed class DlgsMethods(DialogAnswers answers, DialogTotals totals, QueryArguments arguments)
{
    private static readonly Demand Complete = new() { Complete = true };

    /// <summary>What a method asks; null: it is none.</summary>
    public static Rpc? Asks(string method) => method switch
    {
        "dlgs.list" or "dlgs.briefing" or "dlgs.getall" => Rpc.List,
        "dlgs.get" => Rpc.Get,
        "dlgs.count" => Rpc.Count,
        "dlgs.stats" => Rpc.Stats,
        _ => null,
    };

    /// <summary>Throws <see cref="RpcFault"/> and <see cref="QueryRefusal"/>.</summary>
    public Task<WriteResult> AnswerAsync(RpcRequest call, Caller caller) => call.Method switch
    {
        "dlgs.list" => ListAsync([], DialogView.Full, caller),
        "dlgs.briefing" => ListAsync([], DialogView.Briefing, caller),
        "dlgs.get" => GetAsync(FilterParameters.OfGet.Read(call.Parameters), caller),
        "dlgs.getall" => ListAsync([FilterParameters.OfGet.Read(call.Parameters)], DialogView.Full, caller),
        "dlgs.count" => CountAsync(FilterParameters.OfCount.Read(call.Parameters), caller),
        "dlgs.stats" => StatsAsync(caller),
        _ => throw RpcFault.Of("Method Not Found"),
    };

    private async Task<WriteResult> ListAsync(IEnumerable<DialogFilter> filters, DialogView view, Caller caller)
    {
        var request = new ListRequest { Filters = { filters }, View = view, PageSize = arguments.LargestPage, Demand = Complete };
        var first = await FilterParameters.OfGet.AskAsync(() => answers.ListAsync(request, caller));
        return async (reply, cancellation) =>
        {
            reply.Json.WriteStartArray();
            var count = 0;
            for (var page = first; ; page = await answers.ListAsync(request, caller))
            {
                foreach (var dialog in page.Dialogs)
                {
                    DialogRows.Write(reply.Json, ++count, dialog, view);
                    await reply.SendIfFullAsync(cancellation);
                }
                request.PageToken = page.NextPageToken;
                if (request.PageToken.Length == 0) break;
            }
            reply.Json.WriteEndArray();
        };
    }

    private async Task<WriteResult> GetAsync(DialogFilter filter, Caller caller)
    {
        var request = new GetRequest { Filter = filter, Limit = 1, Demand = Complete };
        var found = await FilterParameters.OfGet.AskAsync(() => answers.GetAsync(request, caller));
        return Write(json =>
        {
            json.WriteStartArray();
            if (found.Dialogs is [var first, ..]) DialogRows.Write(json, count: 1, first, DialogView.Full);
            json.WriteEndArray();
        });
    }

    private async Task<WriteResult> CountAsync(DialogFilter filter, Caller caller)
    {
        var request = new CountRequest { Demand = Complete };
        // "any eq *" is dlgs' own recipe for all that are up: with any it looks at no value.
        if (filter.Field != DialogField.Any) request.Filters.Add(filter);
        var found = await FilterParameters.OfCount.AskAsync(() => answers.CountAsync(request, caller));
        return Write(json => json.WriteNumberValue(found.Counts[0]));
    }

    private async Task<WriteResult> StatsAsync(Caller caller)
    {
        var stats = await totals.StatsAsync(new StatsRequest { Demand = Complete }, caller);
        return Write(json => StateTotals.Write(json, stats));
    }

    private static WriteResult Write(Action<Utf8JsonWriter> write) => (reply, _) =>
    {
        write(reply.Json);
        return Task.CompletedTask;
    };
}
