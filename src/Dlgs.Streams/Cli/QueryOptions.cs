using System.CommandLine;
using Dlgs.Streams.Client;
using Dlgs.Streams.Contracts.V1;
using DialogStates = Dlgs.Streams.Core.Dialogs.DialogStates;
using Dlgs.Streams.Logging;
using Dlgs.Streams.Terminal;
using Queries = Dlgs.Streams.Core.Queries;

namespace Dlgs.Streams.Cli;

/// <summary>What the commands that ask the service share: where it is, the states, filters by dlgs' names, and what a partial answer is worth.</summary>
internal sealed class QueryOptions
{
    /// <summary>The exit code of an answer that lacks partitions.</summary>
    public const int Partial = 3;

    /// <summary>Longer than the service lets a query take, if query_time is left as it is: its own words say more than our clock.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(15);

    private readonly ServerOption server = new("Address of any instance; of several, URL[,...] or dns:NAME:PORT, one that is there.");

    private readonly Option<string[]> states = new("--state")
    {
        Description = $"Only dialogs in this state ({string.Join(", ", DialogStates.Names.All)}); may be given several times. Default: all.",
        HelpName = "STATE",
    };

    private readonly Option<bool> complete = new("--require-complete") { Description = "No answer rather than one without every partition. Default: off." };

    private readonly Option<bool> partialOk = new("--partial-ok") { Description = "Exit code 0, not 3, for an answer without every partition. Default: off." };

    public void AddTo(Command command)
    {
        AddSelectionTo(command);
        AddCompletenessTo(command);
    }

    /// <summary>Whom to ask, and for which dialogs.</summary>
    public void AddSelectionTo(Command command)
    {
        server.AddTo(command);
        command.Add(states);
        states.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
                if (ToState(token.Value) == DialogState.Unspecified)
                    result.AddError($"--state: '{PlainText.Of(token.Value)}' is none; {DialogStates.Names.Either}.");
        });
    }

    /// <summary>Only whom to ask.</summary>
    public void AddServerTo(Command command) => server.AddTo(command);

    /// <summary>Without --state.</summary>
    public void AddAskingTo(Command command)
    {
        server.AddTo(command);
        AddCompletenessTo(command);
    }

    private void AddCompletenessTo(Command command)
    {
        command.Add(complete);
        command.Add(partialOk);
        command.Validators.Add(result =>
        {
            if (result.GetValue(complete) && result.GetValue(partialOk)) result.AddError("--partial-ok: not together with --require-complete.");
        });
    }

    public IEnumerable<DialogState> States(ParseResult result) => (result.GetValue(states) ?? []).Select(ToState);

    public Demand Demand(ParseResult result) => new() { Complete = result.GetValue(complete), Partitions = true };

    /// <summary>A filter, or null with the error said.</summary>
    public static DialogFilter? Filter(string field, string op, string value)
    {
        // The value is the server's to judge: it knows its settings.
        if (Queries.DialogFilter.TryParseNames(field, op, out var parsedField, out var parsedOperator, out var error))
            return new DialogFilter { Field = (DialogField)parsedField, Operator = (FilterOperator)parsedOperator, Value = value };
        Output.Error($"dlgs: {error}");
        return null;
    }

    public Task<int> ConnectAsync(ParseResult result, Func<DialogQueries, Task<int>> ask) =>
        server.AskAsync(result, options => new DialogQueries(options), ask);

    /// <summary>Asks, and says on the other stream what the answer lacks; exit code 3 for one that lacks partitions.</summary>
    public Task<int> AskAsync(ParseResult result, Func<DialogQueries, Task<Coverage>> ask) =>
        ConnectAsync(result, async queries =>
        {
            var coverage = await ask(queries);
            Warn(coverage);
            return coverage.Complete || result.GetValue(partialOk) ? 0 : Partial;
        });

    private static void Warn(Coverage coverage)
    {
        if (!coverage.Complete) Output.Error($"dlgs: not complete: partitions {string.Join(", ", coverage.MissingPartitions)} did not answer.");
        foreach (var partition in coverage.Partitions)
            if (partition is { Phase: PartitionPhase.Active, StalledSince: { } since })
                Output.Error($"dlgs: partition {partition.Partition} stands still since {since.ToDateTime():yyyy-MM-dd HH:mm:ss} UTC, its answer is that old.");
    }

    private static DialogState ToState(string name) =>
        DialogStates.TryParse(name, out var state) ? (DialogState)state : DialogState.Unspecified;
}
