using System.Text;
using Dlgs.Streams.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Tests.Settings;

/// <summary>A file of --config that cannot be read is one line: which, where, why.</summary>
public sealed class SettingsFileTests : IDisposable
{
    private readonly string path = Path.Combine(Path.GetTempPath(), $".{Guid.NewGuid():N}.json");

    [Theory]
    [InlineData("", " is empty.")]
    [InlineData(" \n\t\n", " is empty.")]
    [InlineData("{ \"lanes\": 1,\n  \"grpc\" \"http\" }", ", line 2, column 10: '\"' is invalid after a property name. Expected a ':'.")]
    [InlineData("{ \"lanes\": 1", ", line 1, column 13: ")]
    [InlineData("lanes=1", ", line 1, column 1: ")]
    [InlineData("{ lanes: 1 }", ", line 1, column 3: ")]
    [InlineData("[1]", " has no settings: it is to be { \"name\": value, ... }.")]
    [InlineData("{ \"lanes\": 1, \"Lanes\": 2 }", ": A duplicate key 'Lanes' was found.")]
    public void File_that_cannot_be_read_is_named_with_the_place(string content, string why) =>
        Assert.StartsWith($"config: {path}{why}", Failure(Encoding.UTF8.GetBytes(content)), StringComparison.Ordinal);

    [Fact]
    public void File_in_another_encoding_is_named_with_the_line()
    {
        Assert.Equal($"config: {path}, line 1: this is not UTF-8.", Failure(Encoding.Unicode.GetPreamble()));
        Assert.Equal($"config: {path}, line 2: this is not UTF-8.", Failure([.. "{\n  \"instance\": \"M"u8, 0xfc, .. "nchen\"\n}"u8]));
    }

    [Fact]
    public void File_that_is_missing_a_directory_or_too_large_is_one_line()
    {
        Assert.Equal($"config: {path}: no such file.", Failure());
        Assert.Equal($"config: {path} is larger than 1048576 bytes.", Failure(new byte[(1 << 20) + 1]));
        File.Delete(path);
        Directory.CreateDirectory(path);
        Assert.Equal($"config: {path} is a directory.", Failure());
        Directory.Delete(path);
    }

    [Fact]
    public void Comments_trailing_commas_a_byte_order_mark_and_a_hidden_file_are_read()
    {
        File.WriteAllBytes(path, [.. Encoding.UTF8.Preamble, .. "// mine\n{ \"lanes\": 2, /* more */ \"kafka\": { \"linger.ms\": 1 }, }"u8]);
        var read = new ConfigurationBuilder().Add(SettingsFile.Read(path)).Build();
        Assert.Equal(("2", "1"), (read["lanes"], read["kafka:linger.ms"]));
    }

    [Theory]
    [InlineData("topic_prefx", "did you mean topic_prefix?")]
    [InlineData("topicPrefix", "did you mean topic_prefix?")]
    [InlineData("kafak", "did you mean kafka?")]
    [InlineData("x", "'dlgs serve --help' lists them.")]
    public void Name_that_is_no_setting_is_refused_and_the_nearest_is_named(string name, string hint)
    {
        File.WriteAllText(path, $$"""{ "lanes": 1, "{{name}}": "x", "kafka": { "linger.ms": "1" }, "Logging": { "LogLevel": { "Default": "Debug" } } }""");
        using var configuration = new ConfigurationManager();
        ((IConfigurationBuilder)configuration).Add(SettingsFile.Read(path)).AddInMemoryCollection([new("embedded", "true")]);
        var refused = Assert.Throws<OptionsValidationException>(configuration.CheckSettings);
        Assert.Equal($"{name}: there is no such setting; {hint}", Assert.Single(refused.Failures));
    }

    public void Dispose() => File.Delete(path);

    private string Failure(byte[]? content = null)
    {
        if (content is not null) File.WriteAllBytes(path, content);
        return Assert.Single(Assert.Throws<OptionsValidationException>(() => SettingsFile.Read(path)).Failures);
    }
}
