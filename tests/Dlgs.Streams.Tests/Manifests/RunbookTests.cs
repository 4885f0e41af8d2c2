using System.Text.RegularExpressions;
using Dlgs.Streams.Cli;

namespace Dlgs.Streams.Tests.Manifests;

/// <summary>k8s/README.md names what there is: alerts, chapters, commands, settings, metrics.</summary>
public sealed partial class RunbookTests
{
    private static readonly string[] Lines = File.ReadAllLines(Path.Combine(Repository.Root, "k8s/README.md"));

    [Fact]
    public void Each_alert_has_a_section_and_each_section_its_alert()
    {
        var alerts = AlertName().Matches(File.ReadAllText(Path.Combine(Repository.Root, "k8s/base/alerts.yaml"))).Select(alert => alert.Groups[1].Value);
        var sections = Lines.Where(line => line.StartsWith("### ", StringComparison.Ordinal)).Select(line => line[4..]);
        Assert.Equal(alerts, sections);
    }

    [Fact]
    public void Links_lead_to_chapters_that_are_there()
    {
        var links = Link().Matches(string.Join('\n', Lines)).Select(link => (Path: link.Groups[1].Value, Chapter: link.Groups[2].Value)).ToArray();
        Assert.NotEmpty(links);
        Assert.All(links, link => Assert.Contains(link.Chapter, ChaptersOf(link.Path.Length > 0 ? link.Path : "README.md")));
    }

    [Fact]
    public void Commands_are_typed_as_the_program_takes_them()
    {
        var typed = Command().Matches(Continued().Replace(string.Join('\n', Lines), " ")).Select(command => command.Groups[1].Value.Trim()).ToArray();
        Assert.True(typed.Length > 10, string.Join('\n', typed));
        foreach (var command in typed)
        {
            var errors = CommandLine.Parse(command.Split(' ', StringSplitOptions.RemoveEmptyEntries), TimeProvider.System).Errors;
            Assert.True(errors.Count == 0, $"dlgs {command}: {string.Join(' ', errors)}");
        }
    }

    [Fact]
    public void Settings_and_metrics_are_those_of_the_program()
    {
        var text = string.Join('\n', Lines);
        var options = new[] { "serve", "count" }.SelectMany(name => CommandLine.Parse([name], TimeProvider.System).CommandResult.Command.Options);
        var named = Variable().Matches(text).Select(variable => variable.Groups[1].Value).Where(name => name != "NAME").Distinct();
        Assert.Empty(named.Except(options.Select(option => option.Name.TrimStart('-').Replace('-', '_').ToUpperInvariant())));
        var table = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));
        Assert.All(Metric().Matches(text).Select(metric => metric.Value), metric => Assert.Contains($"| `{metric}` |", table, StringComparison.Ordinal));
    }

    private static HashSet<string> ChaptersOf(string path) => [.. File.ReadAllLines(Path.Combine(Repository.Root, "k8s", path))
        .Where(line => line.StartsWith('#')).Select(line => NoAnchor().Replace(line.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-'))];

    [GeneratedRegex(@"- alert: (\w+)")]
    private static partial Regex AlertName();

    [GeneratedRegex(@"\]\(([^()#\s]*)#([^()\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"[^a-z0-9 _-]")]
    private static partial Regex NoAnchor();

    /// <summary>On a line of its own, behind another, or in the text; what a command says of itself has a colon.</summary>
    [GeneratedRegex(@"(?:^ {4,}(?:.*&& )?|`|-- )dlgs ([a-z][a-z-]*(?=[ `\n])[^|&`\n]*)", RegexOptions.Multiline)]
    private static partial Regex Command();

    [GeneratedRegex(@" \\\n +")]
    private static partial Regex Continued();

    [GeneratedRegex(@"DLGS_([A-Z][A-Z_]*[A-Z])(?!\w|\.)")]
    private static partial Regex Variable();

    [GeneratedRegex(@"\bdlgs_[a-z_]+[a-z]\b(?!\()")]
    private static partial Regex Metric();
}
