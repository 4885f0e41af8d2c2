namespace Dlgs.Streams.Tests.Kafka;

/// <summary>What a .NET program that references Dlgs.Streams.Client is told to write does what it is told to do.</summary>
public sealed class ClientExampleTests
{
    [Fact(Timeout = 60_000)]
    public async Task Example_publishes_a_call_and_its_caller_may_make_no_other()
    {
        await using var service = await EmbeddedCluster.StartAsync();
        var address = service.Addresses.First();
        Assert.True(await ClientExample.MayCallAsync(address));
        Assert.True(ClientExample.Publish(service.Client["bootstrap.servers"], service.Topics.SipEvents));
        while (await ClientExample.MayCallAsync(address)) await Task.Delay(10, TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Examples_in_the_README_are_the_ones_that_run()
    {
        var source = File.ReadAllLines(Path.Combine(Repository.Root, "tests/Dlgs.Streams.Tests/Kafka/ClientExample.cs"));
        var readme = File.ReadAllLines(Path.Combine(Repository.Root, "src/Dlgs.Streams.Client/README.md"));
        var code = Between(source, "        // README begins", "        // README ends").Select(line => line[8..]).ToArray();
        Assert.Equal(9 + 10, code.Length);
        Assert.Equal(code, Between(readme, "```csharp", "```"));
    }

    private static IEnumerable<string> Between(IEnumerable<string> lines, string begin, string end)
    {
        var isInside = false;
        foreach (var line in lines)
        {
            if (line == end) isInside = false;
            if (isInside) yield return line;
            if (line == begin) isInside = true;
        }
    }
}
