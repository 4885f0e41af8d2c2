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
        Assert.Equal(2, await RunAsync(host, ListCommand.Create(TimeProvider.System), "src", "re", pattern));
    }

    [Fact]
    public async Task Bad_names_and_addresses_are_bad_arguments()
    {
        await using var host = await QueryHost.StartAsync();
        Assert.Equal(2, await RunAsync(host, CountCommand.Create(), "source", "eq", "x"));
        Assert.NotEmpty(CountCommand.Create().Parse(["--server", "ftp://localhost"]).Errors);
        Assert.NotEmpty(CountCommand.Create().Parse(["--server", "localhost:5090"]).Errors);
    }

    [Fact]
    public async Task Tags_are_put_on_and_taken_off_and_a_call_that_is_not_up_is_a_failure()
    {
        await using var host = await QueryHost.StartAsync();
        host.Call("call");
        Assert.Equal(0, await RunAsync(host, TagCommand.Create(TimeProvider.System), "add", "call", "trunk-7"));
        Assert.Equal(0, await RunAsync(host, TagCommand.Create(TimeProvider.System), "add", "call", "trunk-8", "--from-tag", "a", "--since", "0", "--json"));
        Assert.Equal(0, await RunAsync(host, TagCommand.Create(TimeProvider.System), "remove", "call", "trunk-7"));
        Assert.Equal(["trunk-8"], (await host.GetAsync(new Contracts.V1.GetRequest { CallId = "call" })).Dialogs[0].Tags);
        Assert.Equal(0, await RunAsync(host, TagCommand.Create(TimeProvider.System), "count", "trunk-8"));
        Assert.Equal(1, await RunAsync(host, TagCommand.Create(TimeProvider.System), "add", "nobody", "trunk-7"));
        Assert.NotEmpty(TagCommand.Create(TimeProvider.System).Parse(["add", "call", "trunk-7", "--since", "0"]).Errors);
    }

    [Fact]
    public async Task Calls_are_closed_by_name_or_by_filter_and_a_dry_run_closes_none()
    {
        await using var host = await QueryHost.StartAsync();
        foreach (var call in new[] { "one", "two", "three" }) host.Call(call);
        Assert.Equal(0, await RunAsync(host, CloseCommand.Create(TimeProvider.System), "one"));
        Assert.Equal(0, await RunAsync(host, CloseCommand.Create(TimeProvider.System), "two", "--from-tag", "a", "--since", "0", "--by", "ops"));
        string[] filter = ["--filter", "src", "eq", "alice@a.example", "--longer-than", "1h"];
        Assert.Equal(0, await RunAsync(host, CloseCommand.Create(TimeProvider.System), [.. filter, "--dry-run", "--json"]));
        Assert.Equal([1], (await host.CountAsync(new Contracts.V1.CountRequest())).Counts);
        Assert.Equal(0, await RunAsync(host, CloseCommand.Create(TimeProvider.System), filter));
        Assert.Equal(["", "ops"], host.Appends.Events.Select(e => e.Close.ClosedBy == "ops" ? "ops" : "").Distinct().Order(StringComparer.Ordinal));
        Assert.Equal([0], (await host.CountAsync(new Contracts.V1.CountRequest())).Counts);
        Assert.Equal(1, await RunAsync(host, CloseCommand.Create(TimeProvider.System), "one"));
        string[][] wrong = [[], ["one", "--filter", "src", "eq", "x"], ["--filter", "src", "eq"], ["one", "--from-tag", "a"], ["one", "--longer-than", "long"]];
        Assert.All(wrong, arguments => Assert.NotEmpty(CloseCommand.Create(TimeProvider.System).Parse(arguments).Errors));
    }

    private static Task<int> RunAsync(QueryHost host, Command command, params string[] arguments) =>
        command.Parse([.. arguments, "--server", host.Address]).InvokeAsync(cancellationToken: TestContext.Current.CancellationToken);
}
