using System.CommandLine;
using System.Globalization;

namespace Dlgs.Streams.Cli;

/// <summary>Which dialogs of a call: all, one caller's, or one.</summary>
internal sealed class DialogOptions
{
    public Option<string?> FromTag { get; } = new("--from-tag") { Description = "Only the dialogs of this caller. Default: all.", HelpName = "TAG" };

    public Option<uint?> Since { get; } = new("--since")
    {
        Description = "Only this one of the caller's: its since_cseq. Default: all.",
        HelpName = "CSEQ",
        CustomParser = result =>
        {
            if (uint.TryParse(result.Tokens.Single().Value, NumberStyles.None, CultureInfo.InvariantCulture, out var since)) return since;
            result.AddError("--since: a since_cseq, as 'list' and 'get' have it; 0 or more.");
            return null;
        },
    };

    public void AddTo(Command command)
    {
        command.Add(FromTag);
        command.Add(Since);
        command.Validators.Add(result =>
        {
            if (result.GetResult(Since) is not null && result.GetResult(FromTag) is null) result.AddError("--since: with --from-tag only.");
        });
    }
}
