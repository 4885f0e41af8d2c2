using System.CommandLine;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Terminal;
using Spectre.Console;

namespace Dlgs.Streams.Cli;

/// <summary>dlgs stats: how many calls are up, and how many there were.</summary>
internal static class StatsCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "One object on a line. Default: a table." };
        var query = new QueryOptions();
        var command = new Command("stats", "Count the calls that are up, and those that have been settled since the service began, by state.") { json };
        query.AddAskingTo(command);
        command.SetAction((result, cancellation) => query.AskAsync(result, async queries =>
        {
            var response = await queries.StatsAsync(new StatsRequest { Demand = query.Demand(result) }, QueryOptions.Deadline, cancellation);
            if (result.GetValue(json)) Output.Line(StatsTable.Json(response));
            else StatsTable.Write(AnsiConsole.Console, response);
            return response.Coverage;
        }));
        return command;
    }
}
