using System.CommandLine;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Operations;
using Grpc.Core;
using Grpc.Net.Client;
using Queries = Dlgs.Streams.Core.Queries;

namespace Dlgs.Streams.Cli;

/// <summary>What the commands that ask the service share: where it is, the states, filters by dlgs' names, and errors in one line.</summary>
internal sealed class QueryOptions
{
    private readonly Option<string> server = new("--server")
    {
        Description = "Address of any instance; DLGS_SERVER says it too.",
        HelpName = "URL",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("DLGS_SERVER") ?? "http://127.0.0.1:5090",
    };

    private readonly Option<string[]> states = new("--state") { Description = "Only dialogs in this state (init, progress, answered, confirmed, terminated, notanswered); may be given several times. Default: all.", HelpName = "STATE" };

    private readonly Option<bool> complete = new("--require-complete") { Description = "No answer rather than one without every partition. Default: off." };

    public void AddTo(Command command)
    {
        command.Add(server);
        command.Add(states);
        command.Add(complete);
        states.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
                if (ToState(token.Value) == DialogState.Unspecified) result.AddError($"--state: '{PlainText.Of(token.Value)}' is none; init, progress, answered, confirmed, terminated or notanswered.");
        });
        server.Validators.Add(result =>
        {
            if (!Uri.TryCreate(result.GetValueOrDefault<string>(), UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
                result.AddError("--server: an address, as http://127.0.0.1:5090.");
        });
    }

    public IEnumerable<DialogState> States(ParseResult result) => (result.GetValue(states) ?? []).Select(ToState);

    public Demand Demand(ParseResult result) => new() { Complete = result.GetValue(complete) };

    /// <summary>A filter, or null with the error said.</summary>
    public static DialogFilter? Filter(string field, string op, string value)
    {
        // The value is the server's to judge: it knows its settings.
        if (Queries.DialogFilter.TryParseNames(field, op, out var parsedField, out var parsedOperator, out var error))
            return new DialogFilter { Field = (DialogField)parsedField, Operator = (FilterOperator)parsedOperator, Value = value };
        Output.Error($"dlgs: {error}");
        return null;
    }

    /// <summary>Asks; what goes wrong is one line and exit code 1, a bad argument 2.</summary>
    public async Task<int> AskAsync(ParseResult result, Func<DialogQuery.DialogQueryClient, Task<Coverage>> ask)
    {
        var address = result.GetRequiredValue(server);
        using var channel = GrpcChannel.ForAddress(address);
        try
        {
            Warn(await ask(new DialogQuery.DialogQueryClient(channel)));
            return 0;
        }
        catch (RpcException e)
        {
            Output.Error(e.StatusCode == StatusCode.Unavailable && e.Status.DebugException is not null
                ? $"dlgs: nothing answers at {address}. Is 'dlgs serve' running? --server says where."
                : $"dlgs: {e.Status.Detail}");
            return e.StatusCode == StatusCode.InvalidArgument ? 2 : 1;
        }
    }

    private static void Warn(Coverage coverage)
    {
        if (!coverage.Complete) Output.Error($"dlgs: not complete: partitions {string.Join(", ", coverage.MissingPartitions)} did not answer.");
        foreach (var partition in coverage.Partitions)
            if (partition is { Phase: PartitionPhase.Active, StalledSince: { } since }) Output.Error($"dlgs: partition {partition.Partition} stands still since {since.ToDateTime():yyyy-MM-dd HH:mm:ss} UTC, its answer is that old.");
    }

    private static DialogState ToState(string name) =>
        Enum.TryParse<DialogState>(name.Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out var state) && !char.IsAsciiDigit(name[0]) ? state : DialogState.Unspecified;
}
