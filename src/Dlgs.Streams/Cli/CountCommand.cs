using System.CommandLine;
using System.Globalization;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Core.Queries;
using DialogFilter = Dlgs.Streams.Contracts.V1.DialogFilter;
using Dlgs.Streams.Terminal;

namespace Dlgs.Streams.Cli;

/// <summary>dlgs count: how many calls are up.</summary>
internal static class CountCommand
{
    public static Command Create()
    {
        var field = new Argument<string?>("FIELD") { Description = $"{DialogFields.Names.Either}.", Arity = ArgumentArity.ZeroOrOne };
        var op = new Argument<string?>("OP") { Description = $"{FilterOperators.Explained}.", Arity = ArgumentArity.ZeroOrOne };
        var value = new Argument<string?>("VALUE") { Description = "What to compare with. Without the three: all calls.", Arity = ArgumentArity.ZeroOrOne };
        var tag = new Option<string?>("--tag")
        {
            Description = "Calls that carry this tag; beside FIELD, OP and VALUE a count of its own. Default: none.",
            HelpName = "TAG",
        };
        var exclude = new Option<string>("--exclude-call-id")
        {
            Description = "Leave out this call. Default: none.",
            HelpName = "CALL-ID",
            DefaultValueFactory = _ => "",
        };
        var query = new QueryOptions();
        var command = new Command("count", "Count the ongoing calls: the bare number; with two filters, a labelled line each.")
        {
            field, op, value, tag, exclude,
        };
        query.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(field) is not null && result.GetValue(value) is null) result.AddError("count needs FIELD, OP and VALUE, or none of them.");
        });
        command.SetAction(async (result, cancellation) =>
        {
            var request = new CountRequest { ExcludeCallId = result.GetRequiredValue(exclude), Demand = query.Demand(result) };
            request.States.AddRange(query.States(result));
            var labels = new List<string>();
            if (result.GetValue(tag) is { } wanted)
            {
                request.Filters.Add(new DialogFilter { Tag = wanted });
                labels.Add($"tag {wanted}");
            }
            if (result.GetValue(field) is { } name)
            {
                if (QueryOptions.Filter(name, result.GetValue(op)!, result.GetValue(value)!) is not { } filter) return 2;
                request.Filters.Add(filter);
                labels.Add($"{name} {result.GetValue(op)} {result.GetValue(value)}");
            }
            return await query.AskAsync(result, async queries =>
            {
                var response = await queries.CountAsync(request, QueryOptions.Deadline, cancellation);
                // One alone is the bare number, for scripts.
                if (labels.Count > 1) foreach (var (label, count) in labels.Zip(response.Counts)) Output.Line($"{label}: {count}");
                else Output.Line(response.Counts[0].ToString(CultureInfo.InvariantCulture));
                return response.Coverage;
            });
        });
        return command;
    }
}
