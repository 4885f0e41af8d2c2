using System.CommandLine;
using Dlgs.Streams.Terminal;

namespace Dlgs.Streams.Cli;

/// <summary>How a command shows what it found.</summary>
internal sealed class FormOptions
{
    private readonly Option<bool> json = new("--json") { Description = "One record a line in protobuf JSON. Default: a table." };
    private readonly Option<bool> wide = new("--wide") { Description = "Every column, and nothing cut. Default: what the terminal has room for." };

    public void AddTo(Command command)
    {
        command.Add(json);
        command.Add(wide);
        command.Validators.Add(result =>
        {
            if (result.GetValue(json) && result.GetValue(wide)) result.AddError("--json or --wide, not both.");
        });
    }

    public Form Of(ParseResult result) => result.GetValue(json) ? Form.Json : result.GetValue(wide) ? Form.Wide : Form.Table;
}
