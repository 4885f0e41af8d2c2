using System.CommandLine;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Ingest;
using Dlgs.Streams.Records;
using Google.Protobuf;
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
        command.SetAction(result => Run(result.GetRequiredValue(files), new Wanted(result.GetValue(json), result.GetValue(changes), result.GetValue(expire))));
        return command;
    }

    private sealed record Wanted(bool Json, bool Changes, bool Expire);

    private static int Run(FileInfo[] files, Wanted wanted)
    {
        using var output = new StreamWriter(Console.OpenStandardOutput(), bufferSize: 1 << 16);
        var (readAny, missedAny) = (false, false);
        foreach (var file in files)
        {
            try
            {
                using var recording = Recording.Open(file.FullName, new FieldLimits());
                if (wanted.Json) WriteLines(file.Name, recording, wanted, output);
                else WriteTable(file.Name, recording, wanted, files.Length > 1);
                readAny |= recording.Messages > 0;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Console.Error.WriteLine($"dlgs inspect: {Reason(file, e)}");
                missedAny = true;
            }
        }
        return readAny && !missedAny ? 0 : 1;
    }

    private static void WriteLines(string name, Recording recording, Wanted wanted, StreamWriter output)
    {
        void Write(IMessage record) => output.WriteLine(JsonFormatter.Default.Format(record));
        var inspection = Inspection.Of(recording, wanted.Expire, wanted.Changes ? change => Write(change.ToRecord()) : null);
        var dialogs = inspection.Dialogs();
        foreach (var dialog in wanted.Changes ? [] : dialogs) Write(dialog.ToRecord());
        Summarize(name, recording, inspection, dialogs.Count);
    }

    private static void WriteTable(string name, Recording recording, Wanted wanted, bool isOneOfSeveral)
    {
        var changes = new List<DialogChange>();
        var inspection = Inspection.Of(recording, wanted.Expire, wanted.Changes ? changes.Add : null);
        var dialogs = inspection.Dialogs();
        var title = isOneOfSeveral ? name : null;
        if (wanted.Changes) DialogTables.Write(AnsiConsole.Console, [.. changes.Select(c => c.ToRecord())], json: false, title);
        else DialogTables.Write(AnsiConsole.Console, [.. dialogs.Select(d => d.ToRecord())], json: false, title);
        Summarize(name, recording, inspection, dialogs.Count);
    }

    private static void Summarize(string name, Recording recording, Inspection inspection, int dialogs)
    {
        Console.Error.WriteLine($"{name}: {recording.Frames} frames, {recording.Messages} SIP messages ({inspection.WithoutFact} about no call), {dialogs} dialogs, {inspection.Changes} changes");
        foreach (var line in recording.SkippedInWords(name)) Console.Error.WriteLine(line);
    }

    private static string Reason(FileInfo file, Exception e) => e switch
    {
        FileNotFoundException or DirectoryNotFoundException => $"{file}: no such file",
        _ when Directory.Exists(file.FullName) => $"{file} is a directory, not a recording",
        _ => $"{file}: {e.Message}",
    };
}
