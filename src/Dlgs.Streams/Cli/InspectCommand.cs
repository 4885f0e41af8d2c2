using System.CommandLine;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Ingest;
using Dlgs.Streams.Records;
using Spectre.Console;

namespace Dlgs.Streams.Cli;

/// <summary>dlgs inspect: recordings through the same core, without any broker.</summary>
internal static class InspectCommand
{
    public static Command Create()
    {
        var files = new Argument<FileInfo[]>("FILE") { Description = "Recordings: HEPv3 frames back to back (.hep, .hep.gz). Each has its own clock.", Arity = ArgumentArity.OneOrMore };
        var json = new Option<bool>("--json") { Description = "One dialog (or change) a line in protobuf JSON. Default: a table." };
        var changes = new Option<bool>("--changes") { Description = "The changes instead of the dialogs. Default: off." };
        var expire = new Option<bool>("--expire") { Description = "Let every deadline pass at the end of a file. Default: time stands still there." };
        var command = new Command("inspect", "Show the dialogs of recorded SIP traffic.") { files, json, changes, expire };
        command.SetAction(result => Run(result.GetRequiredValue(files), result.GetValue(json), result.GetValue(changes), result.GetValue(expire)));
        return command;
    }

    private static int Run(FileInfo[] files, bool json, bool changes, bool expire)
    {
        var (readAny, dialogs, all) = (false, new List<Dialog>(), new List<DialogChange>());
        foreach (var file in files)
        {
            Inspection inspection;
            try
            {
                using var recording = Recording.Open(file.FullName, new FieldLimits());
                inspection = Inspection.Of(recording, expire);
                readAny |= recording.Messages > 0;
                Summarize(file.Name, recording, inspection);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Console.Error.WriteLine($"dlgs inspect: {file}: {e.Message}");
                continue;
            }
            dialogs.AddRange(inspection.Dialogs());
            all.AddRange(inspection.Changes);
        }
        if (changes) DialogTables.Write(AnsiConsole.Console, [.. all.Select(c => c.ToRecord())], json);
        else DialogTables.Write(AnsiConsole.Console, [.. dialogs.Select(d => d.ToRecord())], json);
        return readAny ? 0 : 1;
    }

    private static void Summarize(string name, Recording recording, Inspection inspection)
    {
        Console.Error.WriteLine($"{name}: {recording.Frames} frames, {recording.Messages} SIP messages, {inspection.Dialogs().Count} dialogs, {inspection.Changes.Count} changes");
        foreach (var line in recording.SkippedInWords(name)) Console.Error.WriteLine(line);
    }
}
