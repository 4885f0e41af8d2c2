using System.CommandLine;
using System.Globalization;
using Dlgs.Streams.Client;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Terminal;
using Spectre.Console;

namespace Dlgs.Streams.Cli;

/// <summary>dlgs tag: an operator's tags on calls that are up.</summary>
internal static class TagCommand
{
    /// <summary>What was done first.</summary>
    private static readonly string[] Columns = ["call-id", "tags", "state", "src", "dst", "talk"];

    private delegate Task<TagResponse> Ask(DialogQueries queries, TagRequest request, CancellationToken cancellation);

    public static Command Create(TimeProvider time) => new("tag", "Put tags on calls that are up, take them off, count the calls that carry one.")
    {
        Set("add", "Put a tag on the ongoing dialogs of a call; exit code 1 if there is none.", (queries, request, cancellation) =>
            queries.AddTagAsync(request, QueryOptions.Deadline, cancellation), time),
        Set("remove", "Take a tag off the ongoing dialogs of a call; one that is not there stays away.", (queries, request, cancellation) =>
            queries.RemoveTagAsync(request, QueryOptions.Deadline, cancellation), time),
        Count(),
    };

    private static Command Set(string name, string description, Ask ask, TimeProvider time)
    {
        var callId = new Argument<string>("CALL-ID") { Description = "The call." };
        var tag = new Argument<string>("TAG") { Description = "The operator's mark: a trunk, a customer class." };
        var (dialogs, form, server) = (new DialogOptions(), new FormOptions(), new ServerOption("Address of any instance."));
        var command = new Command(name, description) { callId, tag };
        dialogs.AddTo(command);
        form.AddTo(command);
        server.AddTo(command);
        command.SetAction((result, cancellation) => server.AskAsync(result, options => new DialogQueries(options), async queries =>
        {
            var request = new TagRequest { CallId = result.GetRequiredValue(callId), Tag = result.GetRequiredValue(tag) };
            if (result.GetValue(dialogs.FromTag) is { } fromTag) request.FromTag = fromTag;
            if (result.GetValue(dialogs.Since) is { } since) request.SinceCseq = since;
            var tagged = await ask(queries, request, cancellation);
            DialogTables.Write(AnsiConsole.Console, tagged.Dialogs, form.Of(result), Columns, time.GetUtcNow());
            return 0;
        }));
        return command;
    }

    private static Command Count()
    {
        var tag = new Argument<string>("TAG") { Description = "The operator's mark." };
        var query = new QueryOptions();
        var command = new Command("count", "Count the ongoing calls that carry a tag; the bare number stands on the last line.") { tag };
        query.AddTo(command);
        command.SetAction((result, cancellation) => query.AskAsync(result, async queries =>
        {
            var request = new CountRequest { Filters = { new DialogFilter { Tag = result.GetRequiredValue(tag) } }, Demand = query.Demand(result) };
            request.States.AddRange(query.States(result));
            var response = await queries.CountAsync(request, QueryOptions.Deadline, cancellation);
            Output.Line(response.Counts[0].ToString(CultureInfo.InvariantCulture));
            return response.Coverage;
        }));
        return command;
    }
}
