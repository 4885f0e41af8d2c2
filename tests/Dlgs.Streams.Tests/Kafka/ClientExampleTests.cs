namespace Dlgs.Streams.Tests.Kafka;

/// <summary>What a .NET program that references Dlgs.Streams.Client is told to write does what it is told to do.</summary>
public sealed class ClientExampleTests
{
    [Fact]
    public async Task Example_publishes_a_call_and_counts_it()
    {
        await using var service = await EmbeddedCluster.StartAsync();
        var answer = (Up: 0L, Known: false);
        for (var tries = 0; tries < 100 && answer is not (Up: 1, Known: true); tries++)
            answer = await ClientExample.RunAsync(service.Client["bootstrap.servers"], service.Topics.SipEvents, service.Addresses.First());
        Assert.Equal((1, true), answer);
    }

    [Fact]
    public void Example_in_the_README_is_the_one_that_runs()
    {
        var source = File.ReadAllLines(Path.Combine(Repository.Root, "tests/Dlgs.Streams.Tests/Kafka/ClientExample.cs"));
        var code = source.SkipWhile(line => !line.EndsWith("// README begins", StringComparison.Ordinal)).Skip(1)
            .TakeWhile(line => !line.EndsWith("// README ends", StringComparison.Ordinal)).Select(line => line.Length == 0 ? line : line[8..]);
        var readme = File.ReadAllLines(Path.Combine(Repository.Root, "src/Dlgs.Streams.Client/README.md"));
        var shown = readme.SkipWhile(line => line != "```csharp").Skip(1).TakeWhile(line => line != "```");
        Assert.Equal(code, shown);
    }
}
