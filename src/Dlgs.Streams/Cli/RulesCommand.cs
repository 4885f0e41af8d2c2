using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using Dlgs.Streams.Logging;
using Dlgs.Streams.Recordings;
using Dlgs.Streams.Rules;
using Dlgs.Streams.Sip;
using Dlgs.Streams.Terminal;
using Microsoft.Extensions.Options;
using Spectre.Console;

namespace Dlgs.Streams.Cli;

/// <summary>dlgs rules test: what each INVITE of recordings would be counted under, and which rule never says anything.</summary>
internal static class RulesCommand
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create() => new("rules", "Try what calls are counted under: the file of the setting rules.") { CreateTest() };

    private static Command CreateTest()
    {
        var files = new RecordingsArgument("");
        var rules = new RulesOption { Required = true, Description = "The JSON file with the rules. [rules]" };
        var form = new FormOptions();
        var command = new Command("test", "Show what each INVITE of recordings gives, by which rule, and which rules never match.") { files, rules };
        form.AddTo(command);
        command.SetAction((result, cancellation) =>
        {
            var (recordings, file) = (result.GetRequiredValue(files), result.GetRequiredValue(rules));
            // On another thread: a pipe that says nothing cannot be interrupted, only left behind.
            return Task.Run(() => Run(recordings, file, form.Of(result)), CancellationToken.None).WaitAsync(cancellation);
        });
        return command;
    }

    private static int Run(FileInfo[] files, string rules, Form form)
    {
        using var lines = Output.Open();
        return Run(files, rules, form, lines, Console.Error);
    }

    internal static int Run(FileInfo[] files, string file, Form form, TextWriter lines, TextWriter errors)
    {
        AttributeRules rules;
        try
        {
            rules = AttributeRules.Load(file);
        }
        catch (OptionsValidationException e)
        {
            foreach (var failure in e.Failures) errors.WriteLine(PlainText.Of($"dlgs rules test: {failure}"));
            return 1;
        }
        var run = new RuleRun(rules);
        var results = new OrderedDictionary<RuleResult, bool>();
        var isRead = true;
        foreach (var recording in files) isRead &= TryRead(recording, run, result => Note(result, results, form, lines), errors);
        if (form != Form.Json) RecordTables.Write(AnsiConsole.Console, [.. results.Keys], RuleResult.Columns, form);
        lines.Flush();
        foreach (var line in Summary(file, rules, run.Counts)) errors.WriteLine(PlainText.Of(line));
        return isRead ? 0 : 1;
    }

    private static bool TryRead(FileInfo file, RuleRun run, Action<RuleResult> note, TextWriter errors)
    {
        try
        {
            using var recording = Recording.Open(file.FullName, new FieldLimits(), run);
            while (recording.TryRead(out var frame))
                while (recording.TryTake(ref frame, out var message))
                    if (RuleRun.Begins(message)) note(RuleResult.Of(message, run));
            foreach (var remark in recording.Remarks(file.Name)) errors.WriteLine(PlainText.Of(remark));
            return recording.Messages > 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            errors.WriteLine(PlainText.Of($"dlgs rules test: {Unreadable.Reason(file, e)}"));
            return false;
        }
    }

    /// <summary>Each hop has its INVITE: what gives the same is shown once.</summary>
    private static void Note(RuleResult result, OrderedDictionary<RuleResult, bool> results, Form form, TextWriter lines)
    {
        if (results.TryAdd(result, true) && form == Form.Json) lines.WriteLine(PlainText.Of(JsonSerializer.Serialize(result.ToObject(), Plain)));
    }

    private static IEnumerable<string> Summary(string file, AttributeRules rules, RuleCounts counts)
    {
        yield return $"{file}: {counts.Invites} INVITEs that begin a call";
        foreach (var ((place, rule), matches) in rules.All.Zip(counts.Matches))
            yield return $"{place} {rule.Template}: {(matches == 0 ? "NEVER MATCHED" : $"{matches}")}";
        if (counts.TooLong > 0) yield return $"{counts.TooLong} values were too long, and counted as not there";
        if (counts.TagsLeftOut > 0) yield return $"{counts.TagsLeftOut} tags were left out: a dialog has {Core.Dialogs.Bounds.Tags} at most";
    }
}
