using System.Text.Json;

namespace Dlgs.Streams.Tests.Manifests;

/// <summary>The alerts, asked by Prometheus' own tool.</summary>
public sealed class AlertTests : IDisposable
{
    private const string At = "2h";
    private const string Firing = "count by (alertname) (count by (alertname, severity) (ALERTS{alertstate=\"firing\"}))";

    private readonly string folder = Directory.CreateTempSubdirectory("dlgs").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Prometheus_takes_the_rules()
    {
        var rules = await SaveRulesAsync();
        var said = await Tool.RunAsync("promtool", "check", "rules", "--lint=all", "--lint-fatal", Path.Combine(folder, "rules.yaml"));
        Assert.Contains($"SUCCESS: {rules.Names.Count()} rules found", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_alert_fires_for_what_it_is_for_and_none_while_all_is_well()
    {
        var rules = await SaveRulesAsync();
        Assert.Equal(rules.Names.Order(), AlertScenarios.All.SelectMany(scenario => scenario.Alerts.Split(' ')).Distinct().Order());
        var tests = AlertScenarios.All.Select(scenario => Test(scenario.Alerts, scenario.Differ)).Prepend(Test("", []));
        var file = Path.Combine(folder, "test.json");
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(new { rule_files = new[] { "rules.yaml" }, evaluation_interval = "1m", tests }),
            TestContext.Current.CancellationToken);
        await Tool.RunAsync("promtool", "test", "rules", file);
    }

    /// <summary>A page goes to somebody; what it says is the same everywhere.</summary>
    [Fact]
    public async Task Every_alert_says_how_bad_it_is_and_where_to_read_on()
    {
        foreach (var rule in (await AlertRules.LoadAsync()).Rules)
        {
            var name = rule.Text("alert");
            Assert.Matches("^Dlgs[A-Z][A-Za-z]+$", name);
            Assert.Contains(rule.At("labels").Text("severity"), new[] { "critical", "warning" });
            Assert.Equal($"k8s/README.md#{name.ToLowerInvariant()}", rule.At("annotations").Text("runbook_url"));
            Assert.DoesNotMatch(@"\.$", rule.At("annotations").Text("summary"));
            Assert.Matches(@"[.%]$", rule.At("annotations").Text("description"));
        }
    }

    private async Task<AlertRules> SaveRulesAsync()
    {
        var rules = await AlertRules.LoadAsync();
        rules.Save(Path.Combine(folder, "rules.yaml"));
        return rules;
    }

    /// <summary>A world like the healthy one but for some series, and the alerts that fire there.</summary>
    private static object Test(string alerts, (string Series, string Values)[] differ)
    {
        var series = AlertScenarios.Healthy.ToDictionary();
        if (differ is [("*", _)]) series.Clear();
        else foreach (var (name, values) in differ) series[name] = values;
        var firing = alerts.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(alert => new { labels = $"{{alertname=\"{alert}\"}}", value = 1 });
        return new
        {
            name = alerts.Length == 0 ? "all is well" : $"{alerts}: {string.Join(", ", differ.Select(each => $"{each.Series} {each.Values}"))}",
            interval = "1m",
            input_series = series.Select(each => new { series = each.Key, values = each.Value }),
            promql_expr_test = new[] { new { expr = Firing, eval_time = At, exp_samples = firing } },
        };
    }
}
