using System.CommandLine;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Terminal;
using Spectre.Console;

namespace Dlgs.Streams.Cli;

/// <summary>dlgs list and dlgs briefing: dialogs, of the partitions that the asked instance has.</summary>
internal sealed class ListCommand
{
    private static readonly string[] Brief = ["call-id", "state", "src", "dst"];

    private readonly FilterOptions filter = new("FIELD OP VALUE, as for count. Without: all.");

    private readonly AgeOption age = new("Only calls that began at least so long ago, as 90m or 3h. Default: all.");

    private readonly NumberOption limit = new("--limit", 1, 100_000, 100, "Dialogs, at most (1 to 100000).");

    private readonly Option<string?> sort = new("--sort")
    {
        Description = "By this column, of what is listed. Default: as the partitions have them.",
        HelpName = "COLUMN",
    };

    private readonly Option<bool> descending = new("--descending") { Description = "The last first. Default: off." };

    private readonly Option<string[]?> columns = new("--columns")
    {
        Description = $"Only these, as call-id,src,talk: {string.Join(", ", DialogTables.ColumnNames)}. Default: what there is room for.",
        HelpName = "COLUMN,...",
        CustomParser = result => [.. result.Tokens.SelectMany(token => token.Value.ToLowerInvariant().Split(','))],
    };

    private readonly FormOptions form = new();
    private readonly QueryOptions query = new();

    public static Command Create(TimeProvider time) => new ListCommand().Create("list", "List the dialogs that are known.", DialogView.Full, time);

    public static Command CreateBriefing(TimeProvider time) =>
        new ListCommand().Create("briefing", "List the dialogs that are known, in brief: Call-ID, state, src, dst.", DialogView.Briefing, time);

    private Command Create(string name, string description, DialogView view, TimeProvider time)
    {
        var command = new Command(name, description);
        filter.AddTo(command);
        age.AddTo(command);
        command.Add(limit);
        if (view == DialogView.Full) AddTableOptions(command);
        form.AddTo(command);
        query.AddTo(command);
        command.Validators.Add(result =>
        {
            string[] named = [.. result.GetValue(columns) ?? [], .. result.GetValue(sort) is { } by ? [by.ToLowerInvariant()] : (string[])[]];
            foreach (var unknown in named.Except(DialogTables.ColumnNames))
                result.AddError($"'{unknown}' is no column; they are {string.Join(", ", DialogTables.ColumnNames)}.");
            if (named.Length > 0 && (result.GetValue(columns)?.Distinct().Count() ?? 0) != (result.GetValue(columns)?.Length ?? 0))
                result.AddError("--columns: each once.");
        });
        command.SetAction(async (result, cancellation) =>
        {
            if (filter.Read(result) is not { } filters) return 2;
            var most = result.GetValue(limit);
            var request = new ListRequest
            {
                Filters = { filters }, View = view, Demand = query.Demand(result), PageSize = Math.Min(most, 1_000), InitBefore = age.InitBefore(result, time),
            };
            request.States.AddRange(query.States(result));
            return await query.AskAsync(result, async queries =>
            {
                var (dialogs, coverage, isCut) = await ReadAsync(queries.ListAsync(request, QueryOptions.Deadline, cancellation), most);
                Write(result, name, view, dialogs, time.GetUtcNow());
                if (isCut) Output.Error($"dlgs {name}: there may be more than {most}; --limit shows more.");
                return coverage;
            });
        });
        return command;
    }

    private void AddTableOptions(Command command)
    {
        command.Add(sort);
        command.Add(descending);
        command.Add(columns);
    }

    private void Write(ParseResult result, string name, DialogView view, List<Dialog> dialogs, DateTimeOffset now)
    {
        if (result.GetValue(sort) is { } by) dialogs = DialogTables.Sort(dialogs, by.ToLowerInvariant(), result.GetValue(descending), now);
        if (dialogs.Count == 0 && form.Of(result) != Form.Json) Output.Error($"dlgs {name}: none.");
        if ((view == DialogView.Briefing ? Brief : result.GetValue(columns)) is { Length: > 0 } chosen)
            // What was asked for by name is there, however wide.
            DialogTables.Write(AnsiConsole.Console, dialogs, FormOfChosen(result, view), chosen, now);
        else DialogTables.Write(AnsiConsole.Console, dialogs, form.Of(result), now: now);
    }

    private Form FormOfChosen(ParseResult result, DialogView view) =>
        view == DialogView.Full && form.Of(result) == Form.Table ? Form.Wide : form.Of(result);

    /// <summary>With the coverage of the first page that lacked something, else of the last.</summary>
    private static async Task<(List<Dialog> Dialogs, Coverage Coverage, bool IsCut)> ReadAsync(IAsyncEnumerable<ListResponse> pages, int limit)
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
        var isCut = last!.NextPageToken.Length > 0 || dialogs.Count > limit;
        return ([.. dialogs.Take(limit)], lacking ?? last.Coverage, isCut);
    }
}
