using System.Text.Json;
using Dlgs.Streams.Cli;
using Dlgs.Streams.Shared;
using Dlgs.Streams.Terminal;

namespace Dlgs.Streams.Tests.Cli;

/// <summary>dlgs rules test, but for the process around it.</summary>
public sealed class RulesCommandTests : IDisposable
{
    private static readonly string[] Shown = ["src", "srcRule", "dstRule", "dataRule", "tags", "tagRules"];

    private readonly string file = Path.GetTempFileName();

    public void Dispose() => File.Delete(file);

    [Fact]
    public void Each_result_is_a_line_and_each_rule_says_how_often_it_matched()
    {
        var (exit, lines, errors) = Run("""{ "src": ["{P-Asserted-Identity}", "{From user}"], "tags": ["a", "b{capture-id}"] }""", Judge.FileOf("basic"));
        Assert.Equal((0, 14), (exit, lines.Length));
        using var first = JsonDocument.Parse(lines[0]);
        Assert.Equal(["callId", "src", "srcRule", "dst", "dstRule", "data", "dataRule", "tags", "tagRules"],
            first.RootElement.EnumerateObject().Select(property => property.Name));
        Assert.Equal("""customer196 src[1] default default ["a","b2001"] ["tags[0]","tags[1]"]""",
            string.Join(' ', Shown.Select(name => first.RootElement.GetProperty(name).ToString())));
        Assert.Equal([$"{file}: 28 INVITEs that begin a call", "src[0] {P-Asserted-Identity}: NEVER MATCHED", "src[1] {From user}: 28",
            "tags[0] a: 28", "tags[1] b{capture-id}: 28"], errors);
    }

    [Fact]
    public void File_that_is_wrong_is_told_in_full_and_fails()
    {
        var (exit, lines, errors) = Run("""{ "srcs": [], "dst": ["{To usr}"] }""", Judge.FileOf("basic"));
        Assert.Equal((1, 0), (exit, lines.Length));
        Assert.Equal([$"dlgs rules test: rules: {file}: srcs: there is no such name; did you mean src?",
            $"dlgs rules test: rules: {file}: dst[0]: there is no part 'usr'; did you mean user?"], errors);
    }

    [Fact]
    public void Recording_that_is_not_there_is_named_and_the_others_are_read()
    {
        var (exit, lines, errors) = Run("{}", "/none.hep", Judge.FileOf("basic"));
        Assert.Equal((1, 14), (exit, lines.Length));
        Assert.Equal("dlgs rules test: /none.hep: no such file", errors[0]);
    }

    [Fact]
    public void Too_many_tags_and_too_long_values_are_told()
    {
        var tags = string.Join(',', Enumerable.Range(1, 17).Select(i => $"\"t{i}\"").Append($"\"{new string('x', 129)}\""));
        var errors = Run($$"""{ "tags": [{{tags}}] }""", Judge.FileOf("basic")).Errors;
        Assert.Equal(["28 values were too long, and counted as not there", "28 tags were left out: a dialog has 16 at most"], errors[^2..]);
    }

    private (int Exit, string[] Lines, string[] Errors) Run(string rules, params string[] recordings)
    {
        File.WriteAllText(file, rules);
        using var lines = new StringWriter();
        using var errors = new StringWriter();
        var exit = RulesCommand.Run([.. recordings.Select(name => new FileInfo(name))], file, Form.Json, lines, errors);
        return (exit, Split(lines), Split(errors));
    }

    private static string[] Split(StringWriter text) => text.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
}
