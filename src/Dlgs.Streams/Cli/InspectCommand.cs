using System.CommandLine;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Logging;
using Dlgs.Streams.Recordings;
using Dlgs.Streams.Records;
using Dlgs.Streams.Rules;
using Dlgs.Streams.Sip;
using Dlgs.Streams.Terminal;
using Google.Protobuf;
using Spectre.Console;

namespace Dlgs.Streams.Cli;

/// <summary>dlgs inspect: recordings through the same core, without any broker.</summary>
internal static class InspectCommand
{
    public static Command Create()
    {
        var files = new RecordingsArgument(" Each has its own clock.");
        var changes = new Option<bool>("--changes") { Description = "The changes instead of the dialogs. Default: off." };
        var expire = new Option<bool>("--expire") { Description = "Let every deadline pass at the end of a file. Default: time stands still there." };
        var rules = new RulesOption();
        var form = new FormOptions();
        var command = new Command("inspect", "Show the dialogs of recorded SIP traffic.") { files, changes, expire, rules };
        form.AddTo(command);
        command.SetAction((result, cancellation) =>
        {
            var wanted = new Wanted(form.Of(result), result.GetValue(changes), result.GetValue(expire), RulesOption.Load(result.GetValue(rules)));
            // On another thread: a pipe that says nothing cannot be interrupted, only left behind.
            return Task.Run(() => Run(result.GetRequiredValue(files), wanted), CancellationToken.None).WaitAsync(cancellation);
        });
        return command;
    }

    internal sealed record Wanted(Form Form, bool Changes, bool Expire, AttributeRules? Rules = null);

    private static int Run(FileInfo[] files, Wanted wanted)
    {
        using var lines = Output.Open();
        return Run(files, wanted, lines, Console.Error);
    }

    internal static int Run(FileInfo[] files, Wanted wanted, TextWriter lines, TextWriter errors)
    {
        var run = wanted.Rules is null ? null : new RuleRun(wanted.Rules);
        var (readAny, missedAny) = (false, false);
        foreach (var file in files)
        {
            try
            {
                using var recording = Recording.Open(file.FullName, new FieldLimits(), run);
                var title = files.Length > 1 ? file.Name : null;
                var inspection = wanted.Form == Form.Json ? WriteLines(recording, wanted, lines) : WriteTable(recording, wanted, title);
                Summarize(file.Name, recording, inspection, errors);
                readAny |= recording.Messages > 0;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                errors.WriteLine(PlainText.Of($"dlgs inspect: {Unreadable.Reason(file, e)}"));
                missedAny = true;
            }
        }
        lines.Flush();
        return readAny && !missedAny ? 0 : 1;
    }

    private static Inspection WriteLines(Recording recording, Wanted wanted, TextWriter lines)
    {
        void Write(IMessage record) => lines.WriteLine(Output.Json(record));
        // Changes as they come: a long recording has more of them than fit into memory.
        if (wanted.Changes) return Inspection.Of(recording, wanted.Expire, change => Write(change.ToRecord()));
        var inspection = Inspection.Of(recording, wanted.Expire);
        foreach (var dialog in inspection.Dialogs()) Write(dialog.ToRecord());
        return inspection;
    }

    private static Inspection WriteTable(Recording recording, Wanted wanted, string? title)
    {
        var changes = new List<DialogChange>();
        var inspection = Inspection.Of(recording, wanted.Expire, wanted.Changes ? change => changes.Add(change.ToRecord()) : null);
        if (wanted.Changes) DialogTables.Write(AnsiConsole.Console, changes, wanted.Form, title);
        else DialogTables.Write(AnsiConsole.Console, [.. inspection.Dialogs().Select(dialog => dialog.ToRecord())], wanted.Form, title);
        return inspection;
    }

    private static void Summarize(string name, Recording recording, Inspection inspection, TextWriter errors)
    {
        errors.WriteLine(PlainText.Of($"{name}: {recording.Frames} frames, {recording.Messages} SIP messages ({inspection.WithoutFact} about no call), "
            + $"{inspection.Dialogs().Count} dialogs, {inspection.Changes} changes"));
        foreach (var line in recording.Remarks(name)) errors.WriteLine(PlainText.Of(line));
    }
}
