using Dlgs.Streams.Hosting;
using Dlgs.Streams.Rules;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Tests.Rules;

/// <summary>A file that is wrong is refused: where, and what may stand there.</summary>
public sealed class RuleFileTests
{
    [Theory]
    [InlineData("""{ "srcs": [] }""", "srcs: there is no such name; did you mean src?")]
    [InlineData("""{ "attributes": [] }""", "attributes: there is no such name; there are src, dst, data, tags, numbers, skip_anonymous.")]
    [InlineData("""[]""", "an object with src, dst, data, tags, numbers, skip_anonymous.")]
    [InlineData("""{ "src": "{From}" }""", "src: a list of sources")]
    [InlineData("""{ "src": [7] }""", "src[0]: a text, as \"{From user}\", or an object")]
    [InlineData("""{ "src": ["{From}", "{Form user}"] }""", "src[1]: there is no source 'Form'; did you mean From?")]
    [InlineData("""{ "src": ["{P-Aserted-Identity}"] }""", "src[0]: there is no source 'P-Aserted-Identity'; did you mean P-Asserted-Identity?")]
    [InlineData("""{ "src": ["{X}"] }""", "src[0]: there is no source 'X'; ")]
    [InlineData("""{ "src": ["{From usr}"] }""", "src[0]: there is no part 'usr'; did you mean user?")]
    [InlineData("""{ "src": ["{From user host}"] }""", "src[0]: {From user host} is not {SOURCE} or {SOURCE PART}.")]
    [InlineData("""{ "src": ["{}"] }""", "src[0]: {} is not {SOURCE}")]
    [InlineData("""{ "src": ["{capture-id user}"] }""", "src[0]: {capture-id user}: capture-id has no parts")]
    [InlineData("""{ "src": ["{From"] }""", "src[0]: a '{' without its other one")]
    [InlineData("""{ "src": ["From}"] }""", "src[0]: a '}' without its other one")]
    [InlineData("""{ "src": ["{From ;}"] }""", "src[0]: '' is no name of a parameter.")]
    [InlineData("""{ "src": ["{header:a b}"] }""", "src[0]: there is no part 'b'")]
    [InlineData("""{ "src": ["{header:}"] }""", "src[0]: {header:}: '' is no name of a header field.")]
    [InlineData("""{ "src": [""] }""", "src[0]: nothing")]
    [InlineData("""{ "data": [{ "source_address": ["10.0.0.0/8"] }] }""", "data[0]: it has no \"value\"")]
    [InlineData("""{ "data": [{ "value": "x", "if": 1 }] }""", "data[0].if: there is no such name")]
    [InlineData("""{ "data": [{ "value": "x", "source_address": ["10.0.0.1/8"] }] }""",
        "data[0].source_address[0]: '10.0.0.1/8' begins inside its range: 10.0.0.0/8 is the range.")]
    [InlineData("""{ "data": [{ "value": "x", "source_address": ["10.1"] }] }""", "data[0].source_address[0]: '10.1' is no IP address")]
    [InlineData("""{ "data": [{ "value": "x", "source_address": ["10.0.0.0/33"] }] }""", "data[0].source_address[0]: '10.0.0.0/33' is no IP address")]
    [InlineData("""{ "data": [{ "value": "x", "source_address": [] }] }""", "data[0].source_address: a list of addresses")]
    [InlineData("""{ "data": [{ "value": "x", "capture_id": ["7"] }] }""", "data[0].capture_id[0]: a whole number from 0")]
    [InlineData("""{ "numbers": { "country": "+49" } }""", "numbers.country: 1 to 3 digits in quotes.")]
    [InlineData("""{ "numbers": { "country": "049" } }""", "numbers.country: the code of a country")]
    [InlineData("""{ "numbers": { "trunk": 0 } }""", "numbers.trunk: 0 to 8 digits in quotes.")]
    [InlineData("""{ "numbers": { "international": "00" } }""", "numbers.international: a list of prefixes")]
    [InlineData("""{ "numbers": { "short": 13 } }""", "numbers.short: a whole number of digits from 0 to 12.")]
    [InlineData("""{ "numbers": { "unprefixed": "local" } }""", "numbers.unprefixed: \"national\" or \"international\".")]
    [InlineData("""{ "numbers": [] }""", "numbers: an object with country")]
    [InlineData("""{ "skip_anonymous": "yes" }""", "skip_anonymous: true or false.")]
    [InlineData("""{ "src": ["\ud800"] }""", "a text in it is no Unicode.")]
    public void Mistake_is_told_with_its_place_and_what_may_stand_there(string file, string told) =>
        Assert.StartsWith($"rules: FILE: {told}", Assert.Single(Failures(file)), StringComparison.Ordinal);

    [Fact]
    public void All_mistakes_are_told_at_once() => Assert.Equal(4, Failures(
        """{ "scr": [], "src": ["{Form}", "{From}"], "tags": [{ "value": "x", "capture_id": [-1] }], "numbers": { "country": 49 } }""").Length);

    [Theory]
    [InlineData("", "rules: FILE is empty.")]
    [InlineData("{ \"src\": [\n }", "rules: FILE, line 2, column 2: ")]
    [InlineData("{ \"src\": [], \"src\": [] }", "rules: FILE")]
    public void What_is_no_JSON_is_told_with_its_line(string file, string told) =>
        Assert.StartsWith(told, Assert.Single(Failures(file)), StringComparison.Ordinal);

    [Fact]
    public void Comments_and_trailing_commas_may_stand_in_it() =>
        Assert.Equal("alice", Applied.Of("{ /* who */ \"src\": [\"{From user}\",], // calls\n }", SipTexts.Invite()).Src);

    [Fact]
    public void Service_does_not_start_with_a_file_that_is_wrong()
    {
        var settings = new Dictionary<string, string?> { ["embedded"] = "true", ["rules"] = "/none/rules.json" };
        var failure = Assert.Throws<OptionsValidationException>(() => ServiceHost.Build(configuration => configuration.AddInMemoryCollection(settings)));
        Assert.Equal("rules: /none/rules.json: no such file.", Assert.Single(failure.Failures));
    }

    [Fact]
    public async Task Runs_of_a_service_count_together()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, """{ "tags": ["{header:X-Tag}"] }""", TestContext.Current.CancellationToken);
        var settings = new Dictionary<string, string?> { ["embedded"] = "true", ["rules"] = file };
        await using var app = ServiceHost.Build(configuration => configuration.AddInMemoryCollection(settings));
        File.Delete(file);
        var rules = app.Services.GetRequiredService<AttributeRules>();
        for (var i = 0; i < 2; i++) Applied.Of(new RuleRun(rules), SipTexts.Invite("X-Tag: " + new string('x', 129)));
        Assert.Equal(2, app.Services.GetRequiredService<RuleMetrics>().TooLong.Count);
    }

    [Fact]
    public void Lists_have_limits()
    {
        var many = string.Join(',', Enumerable.Repeat("\"x\"", 257));
        Assert.Equal("rules: FILE: src: more than 256 sources.", Assert.Single(Failures($$"""{ "src": [{{many}}] }""")));
        var headers = string.Join(',', Enumerable.Range(0, 33).Select(i => $"\"{{header:X-{i}}}\""));
        Assert.Equal("rules: FILE: src[32]: more than 32 different header fields.", Assert.Single(Failures($$"""{ "src": [{{headers}}] }""")));
        var pieces = string.Concat(Enumerable.Repeat("{From}", 17));
        Assert.Equal("rules: FILE: src[0]: more than 16 pieces.", Assert.Single(Failures($$"""{ "src": ["{{pieces}}"] }""")));
    }

    private static string[] Failures(string text)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, text);
            return [.. Assert.Throws<OptionsValidationException>(() => AttributeRules.Load(file)).Failures
                .Select(failure => failure.Replace(file, "FILE", StringComparison.Ordinal))];
        }
        finally
        {
            File.Delete(file);
        }
    }
}
