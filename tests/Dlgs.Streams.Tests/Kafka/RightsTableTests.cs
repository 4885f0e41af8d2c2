using Dlgs.Streams.Kafka;

namespace Dlgs.Streams.Tests.Kafka;

/// <summary>The table of rights in README.md is made of the code: where it is not, the failure shows how it has to be.</summary>
public sealed class RightsTableTests
{
    private const string Head = "| of the service | right | what for |";

    [Fact]
    public void README_has_every_right_that_the_service_needs()
    {
        var expected = Rights.Of(new Topics("dlgs.")).Select(right => $"| {right.Kind} `{right.Name}` | {right.Verb} | {right.Use} |")
            .Prepend("|---|---|---|").Prepend(Head).ToArray();
        var found = File.ReadAllLines(Path.Combine(Repository.Root, "README.md")).SkipWhile(line => line != Head).TakeWhile(line => line.StartsWith('|'));
        Assert.True(expected.SequenceEqual(found), $"README.md has to have\n{string.Join('\n', expected)}");
    }
}
