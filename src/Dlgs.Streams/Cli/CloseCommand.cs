using System.CommandLine;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Core.Queries;
using Dlgs.Streams.Records;
using Dlgs.Streams.Terminal;
using Spectre.Console;
using DialogId = Dlgs.Streams.Core.Dialogs.DialogId;

namespace Dlgs.Streams.Cli;

/// <summary>dlgs close: ends calls that are stuck.</summary>
internal static class CloseCommand
{
    public static Command Create(TimeProvider time)
    {
        var callId = new Argument<string?>("CALL-ID") { Description = "The call whose ongoing dialogs end. Or --filter.", Arity = ArgumentArity.ZeroOrOne };
        var filter = new Option<string[]>("--filter")
        {
            Description = $"FIELD OP VALUE, as for count: all that match, at most query_page (1000) at a time. Fields: {DialogFields.Names.Either}.",
            HelpName = "FIELD OP VALUE",
            Arity = new ArgumentArity(3, 3),
            AllowMultipleArgumentsPerToken = true,
        };
        var age = new AgeOption("Only calls that are up for longer than this, as 90m or 3h. Default: all.");
        var by = new Option<string>("--by")
        {
            Description = "Who closes them: the changes say so.",
            HelpName = "NAME",
            DefaultValueFactory = _ => $"{Environment.UserName}@{Environment.MachineName}",
        };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only show what would be closed. Default: off." };
        var (dialogs, form, query) = (new DialogOptions(), new FormOptions(), new QueryOptions());
        var command = new Command("close", "End calls that are stuck: their BYE was lost, their proxy died.") { callId, filter };
        age.AddTo(command);
        command.Add(by);
        command.Add(dryRun);
        dialogs.AddTo(command);
        form.AddTo(command);
        query.AddTo(command);
        command.Validators.Add(result =>
        {
            var isNamed = result.GetValue(callId) is not null;
            if (isNamed == result.GetResult(filter) is not null) result.AddError("close needs a CALL-ID, or --filter FIELD OP VALUE.");
            if (result.GetResult(dialogs.FromTag) is not null && !(isNamed && result.GetResult(dialogs.Since) is not null))
                result.AddError("--from-tag: with a CALL-ID and --since, which together name one dialog.");
        });
        command.SetAction(async (result, cancellation) =>
        {
            var request = new CloseRequest
            {
                ClosedBy = result.GetRequiredValue(by), DryRun = result.GetValue(dryRun), Demand = query.Demand(result),
                InitBefore = age.InitBefore(result, time),
            };
            request.States.AddRange(query.States(result));
            if (result.GetValue(filter) is { Length: 3 } words)
            {
                if (QueryOptions.Filter(words[0], words[1], words[2]) is not { } parsed) return 2;
                request.Filter = parsed;
            }
            else if (result.GetValue(dialogs.FromTag) is { } fromTag)
                request.DialogId = new DialogId(result.GetValue(callId)!, fromTag, result.GetValue(dialogs.Since)!.Value).ToText();
            else request.CallId = result.GetValue(callId)!;
            return await query.AskAsync(result, async queries =>
            {
                var response = await queries.CloseAsync(request, QueryOptions.Deadline, cancellation);
                DialogTables.Write(AnsiConsole.Console, response.Dialogs, form.Of(result), now: time.GetUtcNow());
                var done = request.DryRun ? "would be closed" : $"closed by {request.ClosedBy}";
                Output.Error($"dlgs close: {response.Dialogs.Count} {done}.{(response.Limited ? " More match: ask again." : "")}");
                return response.Coverage;
            });
        });
        return command;
    }
}
