using System.CommandLine;
using System.CommandLine.Parsing;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Core.Queries;
using Dlgs.Streams.Terminal;
using Spectre.Console;

namespace Dlgs.Streams.Cli;

/// <summary>dlgs group: who has how many calls up.</summary>
internal static class GroupCommand
{
    public static Command Create()
    {
        var by = new Argument<GroupField>("BY")
        {
            Description = $"{GroupKeys.Names.Either}.",
            HelpName = string.Join('|', GroupKeys.Names.All),
            CustomParser = ParseField,
        };
        var filter = new FilterOptions("FIELD OP VALUE, as for count: only of these calls. Without: of all.");
        var top = new NumberOption("--top", 1, 1_000, 20, "Groups, at most: the largest.");
        var above = new NumberOption("--above", 0, int.MaxValue, 0, "Only groups of more calls than this.");
        var form = new FormOptions();
        var query = new QueryOptions();
        var command = new Command("group", "Count the ongoing calls per caller, callee, data, tag or state, the most first.") { by };
        filter.AddTo(command);
        command.Add(top);
        command.Add(above);
        form.AddTo(command);
        query.AddTo(command);
        command.SetAction(async (result, cancellation) =>
        {
            var request = new GroupRequest
            {
                By = result.GetValue(by), Top = result.GetValue(top), Above = result.GetValue(above), Demand = query.Demand(result),
            };
            request.States.AddRange(query.States(result));
            if (filter.Read(result) is not { } filters) return 2;
            request.Filters.AddRange(filters);
            return await query.AskAsync(result, async queries =>
            {
                var response = await queries.GroupAsync(request, QueryOptions.Deadline, cancellation);
                GroupTable.Write(AnsiConsole.Console, response.Groups, form.Of(result));
                if (response.Limited) Output.Error($"dlgs group: there are more than {request.Top} groups; --top shows more.");
                return response.Coverage;
            });
        });
        return command;
    }

    private static GroupField ParseField(ArgumentResult result)
    {
        if (GroupKeys.Names.TryParse(result.Tokens.Single().Value, out var key)) return (GroupField)key;
        result.AddError($"BY: {GroupKeys.Names.Either}.");
        return GroupField.Unspecified;
    }
}
