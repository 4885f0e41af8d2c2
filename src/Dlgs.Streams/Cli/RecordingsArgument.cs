using System.CommandLine;
using Dlgs.Streams.Terminal;

namespace Dlgs.Streams.Cli;

/// <summary>The recordings that a command reads.</summary>
internal sealed class RecordingsArgument : Argument<FileInfo[]>
{
    public RecordingsArgument(string more)
        : base("FILE")
    {
        Description = $"Recordings: HEP frames back to back (.hep, .hep.gz), or a pipe: /dev/stdin.{more}";
        Arity = ArgumentArity.OneOrMore;
        Validators.Add(result =>
        {
            foreach (var name in result.Tokens.Select(token => token.Value))
            {
                if (name.Length == 0) result.AddError("FILE: not empty.");
                else if (name is "/dev/stdin" or "/dev/fd/0" && StandardStream.IsClosed(0)) result.AddError($"{name}: it is closed.");
                // Whoever has such a file can write ./--name.
                else if (name[0] == '-') result.AddError($"There is no option {name}.");
            }
        });
    }
}
