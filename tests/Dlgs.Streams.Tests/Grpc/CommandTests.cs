using System.CommandLine;
using Dlgs.Streams.Cli;

namespace Dlgs.Streams.Tests.Grpc;

/// <summary>The commands that ask, with what people and scripts give them.</summary>
public sealed class CommandTests
{
    [Theory]
    [InlineData(60_000)]
    [InlineData(200)]
    public async Task Pattern_of_any_depth_is_the_servers_to_judge(int depth)
    {
        await using var host = await QueryHost.StartAsync();
        var pattern = new string('(', depth);
        Assert.Equal(2, await RunAsync(host, CountCommand.Create(), "src", "re", pattern));
        Assert.Equal(2, await RunAsync(host, ListCommand.Create(), "src", "re", pattern));
    }

    [Fact]
    public async Task Bad_names_and_addresses_are_bad_arguments()
    {
        await using var host = await QueryHost.StartAsync();
        Assert.Equal(2, await RunAsync(host, CountCommand.Create(), "source", "eq", "x"));
        Assert.NotEmpty(CountCommand.Create().Parse(["--server", "ftp://localhost"]).Errors);
        Assert.NotEmpty(CountCommand.Create().Parse(["--server", "localhost:5090"]).Errors);
    }

    private static Task<int> RunAsync(QueryHost host, Command command, params string[] arguments) =>
        command.Parse([.. arguments, "--server", host.Address]).InvokeAsync(cancellationToken: TestContext.Current.CancellationToken);
}
