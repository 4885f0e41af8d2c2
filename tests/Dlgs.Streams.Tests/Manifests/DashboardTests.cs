using System.Text.Json;
using System.Text.RegularExpressions;
using Dlgs.Streams.Contracts.V1;

namespace Dlgs.Streams.Tests.Manifests;

/// <summary>What Grafana is given. That it draws well, only eyes see.</summary>
public sealed class DashboardTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("dlgs").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>Each as the rule of a recording, because the tool that reads rules reads expressions.</summary>
    [Fact]
    public async Task Prometheus_takes_every_expression()
    {
        var rules = Dashboard.Expressions.Select((expr, i) => new { record = $"panel:{i}", expr }).ToArray();
        var file = Path.Combine(folder, "panels.json");
        var groups = new[] { new { name = "panels", rules } };
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(new { groups }), TestContext.Current.CancellationToken);
        Assert.Contains($"SUCCESS: {rules.Length} rules found", await Tool.RunAsync("promtool", "check", "rules", file), StringComparison.Ordinal);
    }

    [Fact]
    public void Panels_have_places_of_their_own_names_and_words()
    {
        var panels = Dashboard.Panels.ToArray();
        Assert.Equal(panels.Length, panels.DistinctBy(panel => panel.GetProperty("id").GetInt32()).Count());
        var taken = new HashSet<(int, int)>();
        foreach (var panel in panels)
        {
            var at = panel.GetProperty("gridPos");
            var (x, y, w, h) = (at.GetProperty("x").GetInt32(), at.GetProperty("y").GetInt32(), at.GetProperty("w").GetInt32(), at.GetProperty("h").GetInt32());
            Assert.True(x + w <= 24);
            // A folded row's panels are below it once it is unfolded, where the next row is now.
            if (!IsFolded(panel))
                Assert.All(from dx in Enumerable.Range(x, w) from dy in Enumerable.Range(y, h) select (dx, dy), place => Assert.True(taken.Add(place)));
            if (panel.GetProperty("type").GetString() != "row") Assert.Matches(@"\.$", panel.GetProperty("description").GetString());
        }
    }

    /// <summary>Legends name labels that the expression keeps.</summary>
    [Fact]
    public void Legends_name_what_is_left_of_the_labels()
    {
        foreach (var target in Dashboard.Targets.Where(target => target.TryGetProperty("expr", out _)))
            foreach (Match label in Regex.Matches(target.GetProperty("legendFormat").GetString()!, @"\{\{(\w+)\}\}"))
                Assert.Matches($@"by \([^)]*\b{label.Groups[1]}\b|^dlgs_\w+\{{", target.GetProperty("expr").GetString()!);
    }

    /// <summary>Numbers are in no metric: who is busiest an instance is asked.</summary>
    [Fact]
    public void Busiest_callers_are_asked_for_as_the_HTTP_surface_answers()
    {
        var tables = Dashboard.Targets.Where(target => target.TryGetProperty("url", out _)).ToArray();
        Assert.Equal(3, tables.Length);
        foreach (var table in tables)
        {
            Assert.Matches("^/v1/groups\\?by=(src|dst|data)&top=20$", table.GetProperty("url").GetString());
            Assert.Equal(GroupResponse.Descriptor.FindFieldByName("groups").JsonName, table.GetProperty("root_selector").GetString());
            Assert.Equal(DialogGroup.Descriptor.Fields.InDeclarationOrder().Select(field => field.JsonName),
                table.GetProperty("columns").EnumerateArray().Select(column => column.GetProperty("selector").GetString()));
        }
    }

    /// <summary>What issue and README say is to be seen.</summary>
    [Theory]
    [InlineData("dlgs_calls_up")]
    [InlineData("dlgs_input_lag")]
    [InlineData("dlgs_restore_records_left")]
    [InlineData("dlgs_transactions_total")]
    [InlineData("dlgs_query_duration_seconds_bucket")]
    [InlineData("dlgs_dead_letters_total")]
    [InlineData("dlgs_memory_used_bytes")]
    public void It_shows(string metric) => Assert.Contains(Dashboard.Expressions, expr => expr.Contains(metric, StringComparison.Ordinal));

    private static bool IsFolded(JsonElement panel) =>
        Dashboard.Root.GetProperty("panels").EnumerateArray().All(top => top.GetProperty("id").GetInt32() != panel.GetProperty("id").GetInt32());
}
