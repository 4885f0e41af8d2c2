using System.CommandLine;

namespace Dlgs.Streams.Cli;

/// <summary>Which dialogs of a call: all, one caller's, or one.</summary>
internal sealed class DialogOptions
{
    private readonly Option<string?> fromTag = new("--from-tag") { Description = "Only the dialogs of this caller. Default: all.", HelpName = "TAG" };

    private readonly Option<uint?> since = new("--since") { Description = "Only this one of the caller's: its since_cseq. Default: all.", HelpName = "CSEQ" };

    public void AddTo(Command command)
    {
        command.Add(fromTag);
        command.Add(since);
        command.Validators.Add(result =>
        {
            if (result.GetValue(since) is not null && result.GetValue(fromTag) is null) result.AddError("--since: with --from-tag only.");
        });
    }

    public string? FromTag(ParseResult result) => result.GetValue(fromTag);

    public uint? Since(ParseResult result) => result.GetValue(since);
}
