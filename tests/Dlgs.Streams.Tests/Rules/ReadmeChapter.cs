using Dlgs.Streams.Cli;
using Dlgs.Streams.Rules;
using Dlgs.Streams.Shared;
using Dlgs.Streams.Terminal;

namespace Dlgs.Streams.Tests.Rules;

/// <summary>"What a call is counted under" of README.md, as it stands there.</summary>
public sealed class ReadmeChapter
{
    private const string Typed = "    $ dlgs rules test --rules rules.json tests/recordings/";

    private static readonly string Chapter = File.ReadAllText(Path.Combine(Repository.Root, "README.md")).Split("\n## ")
        .Single(chapter => chapter.StartsWith("What a call is counted under", StringComparison.Ordinal));

    [Fact]
    public void Example_gives_on_the_recording_what_is_printed_there()
    {
        var lines = Chapter.Split('\n').SkipWhile(line => !line.StartsWith(Typed, StringComparison.Ordinal)).TakeWhile(line => line.Length > 0).ToArray();
        var recording = lines[0][Typed.Length..^".hep.gz".Length];
        var file = Path.GetTempFileName();
        File.WriteAllText(file, Chapter.Split("```json\n")[1].Split("```")[0]);
        using var output = new StringWriter();
        using var errors = new StringWriter();
        Assert.Equal(0, RulesCommand.Run([new FileInfo(Judge.FileOf(recording))], file, Form.Json, output, errors));
        File.Delete(file);
        Assert.Equal(lines[1..], errors.ToString().TrimEnd().Split(Environment.NewLine)
            .Select(line => "    " + line.Replace(file, "rules.json", StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_source_and_every_part_is_in_its_tables()
    {
        foreach (var name in SourceNames.AllSources.Concat(SourceNames.AllParts)) Assert.Contains($"`{name}`", Chapter, StringComparison.Ordinal);
    }

    [Fact]
    public void Line_of_kamailio_and_its_rules_give_the_same()
    {
        var rules = "{ " + Chapter.Split('`').Single(piece => piece.StartsWith("\"src\": [\"{From uri}\"]", StringComparison.Ordinal)) + " }";
        Assert.Equal(new Applied("sip:alice@example.com", "sip:+4930222@example.net", "srcip=192.0.2.1", ""),
            Applied.Of(rules, SipTexts.Invite(), "192.0.2.1:5060"));
    }

    [Fact]
    public void Numbers_of_North_America_are_as_it_says()
    {
        var numbers = Chapter.Split('`').Single(piece => piece.StartsWith("{ \"country\": \"1\"", StringComparison.Ordinal));
        Assert.Equal("+12125551234", Applied.Of($$"""{ "src": ["{From number}"], "numbers": {{numbers}} }""", SipTexts.Invite(from: "<sip:2125551234@x>")).Src);
    }
}
