using Dlgs.Streams.Gateway;
using Dlgs.Streams.Hosting;
using Dlgs.Streams.Kafka;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Dlgs.Streams.Tests.Metrics;

/// <summary>The table of metrics in README.md is made of the code: where it is not, the failure shows how it has to be.</summary>
public sealed class MetricTableTests
{
    private const string Head = "| metric | labels | what it says |";

    [Fact]
    public async Task README_has_every_metric_as_the_code_describes_it()
    {
        await using var app = ServiceHost.Build(settings => settings.AddInMemoryCollection(new Dictionary<string, string?> { ["embedded"] = "true" }));
        // Whose metrics come with them.
        app.Services.GetRequiredService<LaneContext>();
        app.Services.GetRequiredService<GatewayHost>();
        var expected = MetricTable.Of(app.Services).Select(row => row.Line).Prepend("|---|---|---|").Prepend(Head).ToArray();
        var lines = File.ReadAllLines(Path.Combine(Repository.Root, "README.md"));
        var found = lines.SkipWhile(line => line != Head).TakeWhile(line => line.StartsWith('|'));
        Assert.True(expected.SequenceEqual(found), $"README.md has to have\n{string.Join('\n', expected)}");
    }

    [Fact]
    public async Task Names_are_lower_case_and_meanings_are_sentences()
    {
        await using var app = ServiceHost.Build(settings => settings.AddInMemoryCollection(new Dictionary<string, string?> { ["embedded"] = "true" }));
        app.Services.GetRequiredService<LaneContext>();
        app.Services.GetRequiredService<GatewayHost>();
        var rows = MetricTable.Of(app.Services).ToArray();
        Assert.Equal(rows.Length, rows.DistinctBy(row => row.Name).Count());
        Assert.All(rows, row => Assert.Matches("^dlgs_[a-z0-9_]+$", row.Name));
        Assert.All(rows, row => Assert.Matches(@"^[A-Z0-9][^|]*\.$", row.Meaning));
        Assert.All(rows.SelectMany(row => row.Labels), label => Assert.Matches("^[a-z]+$", label));
    }
}
