using System.CommandLine;
using Dlgs.Streams.Contracts.V1;

namespace Dlgs.Streams.Cli;

/// <summary>Which calls a command is about: FIELD OP VALUE or nothing, and a tag or none; all have to hold.</summary>
internal sealed class FilterOptions(string description)
{
    private readonly Argument<string[]> words = new("FILTER") { Description = description, Arity = new ArgumentArity(0, 3) };
    private readonly Option<string?> tag = new("--tag") { Description = "Only calls that carry this tag. Default: all.", HelpName = "TAG" };

    public void AddTo(Command command)
    {
        command.Add(words);
        command.Add(tag);
        command.Validators.Add(result =>
        {
            if (result.GetValue(words)?.Length is not (0 or 3)) result.AddError($"{command.Name} needs FIELD, OP and VALUE, or none of them.");
        });
    }

    /// <summary>Null with the error said.</summary>
    public List<DialogFilter>? Read(ParseResult result)
    {
        var filters = new List<DialogFilter>();
        if (result.GetValue(tag) is { } wanted) filters.Add(new DialogFilter { Tag = wanted });
        if (result.GetValue(words) is not { Length: 3 } given) return filters;
        if (QueryOptions.Filter(given[0], given[1], given[2]) is not { } parsed) return null;
        filters.Add(parsed);
        return filters;
    }
}
