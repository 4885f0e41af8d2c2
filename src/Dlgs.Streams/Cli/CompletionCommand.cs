using System.CommandLine;
using Dlgs.Streams.Terminal;

namespace Dlgs.Streams.Cli;

/// <summary>dlgs completion: what makes the shell complete commands, options and values.</summary>
internal static class CompletionCommand
{
    public static Command Create()
    {
        var shell = new Argument<string>("SHELL") { Description = "bash." };
        shell.AcceptOnlyFromAmong("bash");
        var command = new Command("completion", "Write a script by which the shell completes: source <(dlgs completion bash)") { shell };
        command.SetAction(_ =>
        {
            foreach (var line in Bash.Split('\n')) Output.Line(line);
        });
        return command;
    }

    /// <summary>The program itself suggests, by the library's directive. Where it has nothing, or files are meant, bash completes their names.</summary>
    private static string Bash => $$"""
        _dlgs() {
            local word=${COMP_WORDS[COMP_CWORD]} line="dlgs ${COMP_WORDS[*]:1:COMP_CWORD}" suggestions
            suggestions=$({{OwnCommand.Words}} "[suggest:${#line}]" "$line" 2>/dev/null)
            [[ $word == -* ]] || suggestions=$(grep -v '^[-/]' <<<"$suggestions")
            COMPREPLY=($(compgen -W "$suggestions" -- "$word"))
        }
        complete -o default -F _dlgs dlgs
        """;
}
