namespace Dlgs.Streams.Tests.Manifests;

/// <summary>Alerts and dashboard ask for what there is: metrics, labels, and values of labels, by the code that makes them.</summary>
public sealed class ExpressionTests : IAsyncDisposable
{
    private readonly MetricSeries known = new();

    public ValueTask DisposeAsync() => known.DisposeAsync();

    [Fact]
    public async Task Alerts_name_what_the_service_shows() =>
        Assert.Equal([], (await AlertRules.LoadAsync()).Rules.SelectMany(rule => new Expression(rule.Text("expr")).Faults(known)));

    [Fact]
    public void Dashboard_names_what_the_service_shows() =>
        Assert.Equal([], Dashboard.Expressions.SelectMany(text => new Expression(text).Faults(known)));

    /// <summary>And README's own, for what HEP brings and in "A flood of Call-IDs".</summary>
    [Fact]
    public void README_names_what_the_service_shows()
    {
        var lines = File.ReadLines(Path.Combine(Repository.Root, "README.md"))
            .Where(line => line.Contains("rate(dlgs_", StringComparison.Ordinal) || line.Contains("dlgs_memory_short ==", StringComparison.Ordinal)).ToArray();
        Assert.Equal(7, lines.Length);
        Assert.Equal([], lines.SelectMany(text => new Expression(text).Faults(known)));
    }

    /// <summary>Or the tests above could not fail.</summary>
    [Theory]
    [InlineData("sum(dlgs_call_up)", "dlgs_call_up is no metric")]
    [InlineData("dlgs_commit_duration_seconds > 1", "dlgs_commit_duration_seconds is no metric")]
    [InlineData("rate(dlgs_transactions[5m])", "dlgs_transactions is no metric")]
    [InlineData("dlgs_partition_phase{phase=\"close\"}", "dlgs_partition_phase: phase is never close")]
    [InlineData("dlgs_transactions_total{outcome=~\"undecided|refuse\"}", "dlgs_transactions_total: outcome is never refuse")]
    [InlineData("dlgs_query_duration_seconds_count{outcome=\"timed_out\"}", "dlgs_query_duration_seconds_count: outcome is never timed_out")]
    [InlineData("dlgs_calls_up{partition=\"1\"}", "dlgs_calls_up has no label partition")]
    [InlineData("sum by (namespace, phase) (dlgs_calls_up)", "phase is no label of dlgs_calls_up")]
    [InlineData("time() > 5", "time() > 5 names no metric")]
    public void What_the_service_does_not_show_is_a_fault(string text, string fault) => Assert.Equal([fault], new Expression(text).Faults(known));
}
