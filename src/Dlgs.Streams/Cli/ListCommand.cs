using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Terminal;
using Spectre.Console;

namespace Dlgs.Streams.Cli;

/// <summary>dlgs list: dialogs, of the partitions that the asked instance has.</summary>
internal static class ListCommand
{
    public static Command Create()
    {
        var filter = new Argument<string[]>("FILTER") { Description = "FIELD OP VALUE, as for count. Without: all.", Arity = new ArgumentArity(0, 3) };
        var limit = new Option<int>("--limit")
        {
            Description = "Dialogs, at most (1 to 100000).",
            HelpName = "N",
            DefaultValueFactory = _ => 100,
            CustomParser = ParseLimit,
        };
        var form = new FormOptions();
        var query = new QueryOptions();
        var command = new Command("list", "List the dialogs that are known.") { filter, limit };
        form.AddTo(command);
        query.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(filter)?.Length is not (0 or 3)) result.AddError("list needs FIELD, OP and VALUE, or none of them.");
        });
        command.SetAction(async (result, cancellation) =>
        {
            var request = new ListRequest { Demand = query.Demand(result) };
            request.States.AddRange(query.States(result));
            if (result.GetValue(filter) is { Length: 3 } words)
            {
                if (QueryOptions.Filter(words[0], words[1], words[2]) is not { } parsed) return 2;
                request.Filters.Add(parsed);
            }
            return await query.AskAsync(result, queries =>
                ListAsync(queries.ListAsync(request, QueryOptions.Deadline, cancellation), result.GetValue(limit), form.Of(result)));
        });
        return command;
    }

    private static int ParseLimit(ArgumentResult result)
    {
        var isNumber = int.TryParse(result.Tokens.Single().Value, NumberStyles.None, CultureInfo.InvariantCulture, out var limit);
        if (isNumber && limit is >= 1 and <= 100_000) return limit;
        result.AddError("--limit: 1 to 100000.");
        return 0;
    }

    /// <summary>Returns the coverage of the first page that lacked something, else of the last.</summary>
    private static async Task<Coverage> ListAsync(IAsyncEnumerable<ListResponse> pages, int limit, Form form)
    {
        var dialogs = new List<Dialog>();
        Coverage? lacking = null;
        ListResponse? last = null;
        await foreach (var page in pages)
        {
            last = page;
            dialogs.AddRange(page.Dialogs);
            lacking ??= page.Coverage.Complete ? null : page.Coverage;
            if (dialogs.Count >= limit) break;
        }
        if (dialogs.Count == 0 && form != Form.Json) Output.Error("dlgs list: none.");
        DialogTables.Write(AnsiConsole.Console, dialogs.Take(limit).ToArray(), form);
        if (last!.NextPageToken.Length > 0 || dialogs.Count > limit) Output.Error($"dlgs: there may be more than {limit}; --limit shows more.");
        return lacking ?? last.Coverage;
    }
}
