using System.Globalization;
using System.Text.Json;
using Dlgs.Streams.Tests.Kafka;
using Dlgs.Streams.Tests.Metrics;

namespace Dlgs.Streams.Tests.Manifests;

/// <summary>The alerts, asked by Prometheus' own tool.</summary>
public sealed class AlertTests : IDisposable
{
    private const string At = "1h";
    private const string Firing = "count by (alertname) (count by (alertname, severity) (ALERTS{alertstate=\"firing\"}))";

    private const string Ever = "count by (alertname) (count_over_time(ALERTS{alertstate=\"firing\"}[1h]))";

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
        object[] healthy = [Test("", []), Test("", [AlertScenarios.ColdStart])];
        await CheckAsync([.. healthy, .. AlertScenarios.All.Select(scenario => Test(scenario.Alerts, scenario.Differ))]);
    }

    /// <summary>What is compared there is written by hand; this is a service as it is, with a call and a record that it could not use long ago.</summary>
    [Fact]
    public async Task No_alert_fires_at_a_service_that_has_little_to_do()
    {
        await SaveRulesAsync();
        await using var service = await EmbeddedCluster.StartAsync(("http", "http://127.0.0.1:0"));
        service.Publish(Kafka.Sip.Invite("call@test"));
        service.PublishBytes("poison"u8.ToArray(), [0xff]);
        var text = await Scrape.WhenAsync(service,
            now => now.Find("dlgs_changes_total") == 1 && now.Find("dlgs_dead_letters_total") == 1, "what was published");
        var samples = text.Families.Values.SelectMany(family => family.Samples).Where(sample => sample.Name.StartsWith("dlgs_", StringComparison.Ordinal));
        var series = samples.Select(sample => (
            $"{sample.Name}{{{string.Join(',', sample.Labels.Select(label => $"{label.Key}=\"{label.Value}\"").Append("instance=\"dlgs-0\""))}}}",
            string.Create(CultureInfo.InvariantCulture, $"{sample.Value}x60")));
        await CheckAsync(Test("", [("*", ""), .. series]));
    }

    /// <summary>Each is away for 45 s, and rules are evaluated every 30 s, at whichever scrape. Nobody is to be woken by an upgrade.</summary>
    [Fact]
    public async Task No_alert_fires_in_a_rolling_restart()
    {
        await SaveRulesAsync();
        var between = (await PodManifest.OfAsync("overlays/production")).Set.Spec.MinReadySeconds!.Value;
        await CheckEveryAsync("30s", [.. Enumerable.Range(20, 4).Select(first => new
        {
            name = $"begins at scrape {first}",
            interval = $"{RollingRestart.ScrapeSeconds}s",
            input_series = RollingRestart.Of(between, first).Select(each => new { series = each.Series, values = each.Values }),
            promql_expr_test = new[] { new { expr = Ever, eval_time = "20m", exp_samples = Array.Empty<object>() } },
        })]);
    }

    /// <summary>A page goes to somebody; what it says is the same everywhere.</summary>
    [Fact]
    public async Task Every_alert_says_how_bad_it_is_and_where_to_read_on()
    {
        var headings = File.ReadLines(Path.Combine(Repository.Root, "k8s/README.md")).Where(line => line.StartsWith('#')).ToHashSet();
        foreach (var rule in (await AlertRules.LoadAsync()).Rules)
        {
            var name = rule.Text("alert");
            Assert.Matches("^Dlgs[A-Z][A-Za-z]+$", name);
            Assert.Contains(rule.At("labels").Text("severity"), new[] { "critical", "warning" });
            Assert.Equal($"k8s/README.md#{name.ToLowerInvariant()}", rule.At("annotations").Text("runbook_url"));
            Assert.Contains($"### {name}", headings);
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

    private Task CheckAsync(params object[] tests) => CheckEveryAsync("1m", tests);

    private async Task CheckEveryAsync(string interval, object[] tests)
    {
        var file = Path.Combine(folder, "test.json");
        var all = JsonSerializer.Serialize(new { rule_files = new[] { "rules.yaml" }, evaluation_interval = interval, tests });
        await File.WriteAllTextAsync(file, all, TestContext.Current.CancellationToken);
        await Tool.RunAsync("promtool", "test", "rules", file);
    }

    /// <summary>A world like the healthy one but for some series, or with those alone that come after a star, and the alerts that fire there.</summary>
    private static object Test(string alerts, (string Series, string Values)[] differ)
    {
        var series = AlertScenarios.Healthy.ToDictionary();
        if (differ is [("*", _), ..]) series.Clear();
        foreach (var (name, values) in differ.Where(each => each.Series != "*")) series[name] = values;
        var firing = alerts.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(alert => new { labels = $"{{alertname=\"{alert}\"}}", value = 1 });
        return new
        {
            name = alerts.Length == 0 ? "all is well" : $"{alerts}: {string.Join(", ", differ.Select(each => $"{each.Series} {each.Values}"))}",
            interval = "1m",
            input_series = series.Select(each => new { series = each.Key, values = each.Value }),
            promql_expr_test = new[] { new { expr = alerts.Length == 0 ? Ever : Firing, eval_time = At, exp_samples = firing } },
        };
    }
}
