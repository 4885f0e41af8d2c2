using System.CommandLine;
using Dlgs.Streams.Client;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Logging;
using Dlgs.Streams.Terminal;
using Google.Protobuf;

namespace Dlgs.Streams.Cli;

/// <summary>dlgs watch: follows the changes of the whole cluster, over breaks.</summary>
internal static class WatchCommand
{
    public static Command Create()
    {
        var filter = new FilterOptions("FIELD OP VALUE, as for count. Without: all.");
        var settled = new Option<bool>("--settled") { Description = "Settled changes only: what billing reads. Default: every change." };
        var position = new Option<string?>("--position")
        {
            Description = "Where to begin: what a watch said when it ended. Default: now.",
            HelpName = "POSITION",
        };
        var json = new Option<bool>("--json") { Description = "One change a line in protobuf JSON. Default: a short line for people." };
        var query = new QueryOptions();
        var command = new Command("watch", "Follow the changes of dialogs as they are committed, of the whole cluster.");
        filter.AddTo(command);
        command.Add(settled);
        command.Add(position);
        command.Add(json);
        query.AddSelectionTo(command);
        position.Validators.Add(result =>
        {
            if (Parse(result.GetValueOrDefault<string?>()) is null) result.AddError("--position: what a watch said when it ended, whole.");
        });
        command.SetAction(async (result, cancellation) =>
        {
            if (filter.Read(result) is not { } filters) return 2;
            var request = new WatchRequest { Filters = { filters }, Settled = result.GetValue(settled), Position = Parse(result.GetValue(position)) };
            request.States.AddRange(query.States(result));
            return await query.ConnectAsync(result, queries => FollowAsync(queries, request, result.GetValue(json), cancellation));
        });
        return command;
    }

    /// <summary>Null: it is none.</summary>
    private static ByteString? Parse(string? position)
    {
        try
        {
            // An empty one is a variable that was not set: to begin now would lose what was between.
            return position is null ? ByteString.Empty : position.Length == 0 ? null : ByteString.FromBase64(position);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static async Task<int> FollowAsync(DialogQueries queries, WatchRequest request, bool json, CancellationToken cancellation)
    {
        var position = ByteString.Empty;
        try
        {
            using var output = Output.Open();
            await foreach (var response in queries.WatchAsync(request, e => Output.Error($"dlgs watch: {e.Message} It goes on by itself."), cancellation))
            {
                foreach (var change in response.Changes) output.WriteLine(json ? Output.Json(change) : PlainText.Of(DialogWords.Line(change)));
                output.Flush();
                position = response.Position;
            }
        }
        catch (OperationCanceledException)
        {
            // To follow has no other end.
        }
        finally
        {
            if (!position.IsEmpty) Output.Error($"dlgs watch: it can go on from here: --position {position.ToBase64()}");
        }
        return 0;
    }
}
