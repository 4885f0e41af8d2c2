using System.CommandLine;
using Dlgs.Streams.Cli;
using Dlgs.Streams.Tests.Grpc;
using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Tests.Cli;

/// <summary>--config is for every command that asks somebody.</summary>
public sealed class ConfigOptionTests : IDisposable
{
    private readonly string path = Path.GetTempFileName();

    [Fact]
    public async Task Command_asks_the_server_of_the_file_and_an_option_comes_before_it()
    {
        await using var host = await QueryHost.StartAsync();
        File.WriteAllText(path, $$"""{ "server": "{{host.Address}}", "lanes": 3 }""");
        Assert.Equal(0, await RunAsync(CountCommand.Create(), "--config", path));
        Assert.Equal(1, await RunAsync(CountCommand.Create(), "--config", path, "--server", "http://127.0.0.1:1"));
    }

    [Theory]
    [InlineData("""{ "lanes": 3 }""", "bootstrap_servers: required")]
    [InlineData("""{ "bootstrap_servers": "" }""", "bootstrap_servers: required")]
    [InlineData("""{ "bootstrap_servers": "b:1", "topic_prefix": "a/b" }""", "topic_prefix: letters, digits")]
    [InlineData("""{ "bootstrap_servers": "b:1", "kafka": { "acks": 1 } }""", "kafka:acks: not yours to set")]
    [InlineData("""{ "bootstrap_server": "b:1" }""", "bootstrap_server: there is no such setting; did you mean bootstrap_servers?")]
    public async Task What_is_wrong_with_the_settings_of_brokers_is_said_before_they_are_asked(string file, string failure)
    {
        File.WriteAllText(path, file);
        foreach (var command in new[] { ReplayCommand.Create(TimeProvider.System), ChangesCommand.Create(TimeProvider.System) })
        {
            string[] typed = command.Name == "replay" ? ["x.hep", "--config", path] : ["--config", path];
            var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => RunAsync(command, typed));
            Assert.StartsWith(failure, Assert.Single(refused.Failures), StringComparison.Ordinal);
        }
    }

    public void Dispose() => File.Delete(path);

    private static Task<int> RunAsync(Command command, params string[] typed) => command.Parse(typed)
        .InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false }, TestContext.Current.CancellationToken);
}
