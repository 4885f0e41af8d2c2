using System.CommandLine;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Terminal;
using Spectre.Console;

namespace Dlgs.Streams.Cli;

/// <summary>dlgs get: the dialogs of one Call-ID.</summary>
internal static class GetCommand
{
    public static Command Create(TimeProvider time)
    {
        var callId = new Argument<string>("CALL-ID") { Description = "The call." };
        var form = new FormOptions();
        var query = new QueryOptions();
        var command = new Command("get", "Show the dialogs of a call; exit code 1 if there is none.") { callId };
        form.AddTo(command);
        query.AddTo(command);
        command.SetAction(async (result, cancellation) =>
        {
            var request = new GetRequest { CallId = result.GetRequiredValue(callId), Demand = query.Demand(result) };
            request.States.AddRange(query.States(result));
            var found = 0;
            var code = await query.AskAsync(result, async queries =>
            {
                var response = await queries.GetAsync(request, QueryOptions.Deadline, cancellation);
                found = response.Dialogs.Count;
                if (found > 0) DialogTables.Write(AnsiConsole.Console, response.Dialogs, form.Of(result), now: time.GetUtcNow());
                else Output.Error($"dlgs get: no dialog of {request.CallId} is known{(request.States.Count > 0 ? " in such a state" : "")}.");
                return response.Coverage;
            });
            return code == 0 && found == 0 ? 1 : code;
        });
        return command;
    }
}
