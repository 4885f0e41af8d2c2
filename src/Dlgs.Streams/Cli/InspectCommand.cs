using System.CommandLine;
using Dlgs.Streams.Logging;
using Dlgs.Streams.Recordings;
using Dlgs.Streams.Records;
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
        var files = new Argument<FileInfo[]>("FILE")
        {
            Description = "Recordings: HEPv3 frames back to back (.hep, .hep.gz). Each has its own clock.",
            Arity = ArgumentArity.OneOrMore,
        };
        var json = new Option<bool>("--json") { Description = "One dialog (or change) a line in protobuf JSON. Default: a table." };
        var changes = new Option<bool>("--changes") { Description = "The changes instead of the dialogs. Default: off." };
        var expire = new Option<bool>("--expire") { Description = "Let every deadline pass at the end of a file. Default: time stands still there." };
        var command = new Command("inspect", "Show the dialogs of recorded SIP traffic.") { files, json, changes, expire };
        command.SetAction(result =>
        {
            using var lines = new StreamWriter(Console.OpenStandardOutput(), bufferSize: 1 << 16);
            return Run(result.GetRequiredValue(files),
                new Wanted(result.GetValue(json), result.GetValue(changes), result.GetValue(expire)), lines, Console.Error);
        });
        return command;
    }

    internal sealed record Wanted(bool Json, bool Changes, bool Expire);

    internal static int Run(FileInfo[] files, Wanted wanted, TextWriter lines, TextWriter errors)
    {
        var (readAny, missedAny) = (false, false);
        foreach (var file in files)
        {
            try
            {
                using var recording = Recording.Open(file.FullName, new FieldLimits());
                var inspection = wanted.Json ? WriteLines(recording, wanted, lines) : WriteTable(recording, wanted, files.Length > 1 ? file.Name : null);
                Summarize(file.Name, recording, inspection, errors);
                readAny |= recording.Messages > 0;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                errors.WriteLine(PlainText.Of($"dlgs inspect: {Unreadable.Reason(file, e)}"));
                missedAny = true;
            }
        }
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
        var changes = new List<Contracts.V1.DialogChange>();
        var inspection = Inspection.Of(recording, wanted.Expire, wanted.Changes ? change => changes.Add(change.ToRecord()) : null);
        if (wanted.Changes) DialogTables.Write(AnsiConsole.Console, changes, json: false, title);
        else DialogTables.Write(AnsiConsole.Console, [.. inspection.Dialogs().Select(d => d.ToRecord())], json: false, title);
        return inspection;
    }

    private static void Summarize(string name, Recording recording, Inspection inspection, TextWriter errors)
    {
        errors.WriteLine(PlainText.Of($"{name}: {recording.Frames} frames, {recording.Messages} SIP messages ({inspection.WithoutFact} about no call), "
            + $"{inspection.Dialogs().Count} dialogs, {inspection.Changes} changes"));
        foreach (var line in recording.Remarks(name)) errors.WriteLine(PlainText.Of(line));
    }
}
