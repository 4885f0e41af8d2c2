namespace Dlgs.Streams.Tests.Metrics;

/// <summary>The reader of the tests forgives nothing.</summary>
public sealed class PrometheusTextTests
{
    private const string Good = """
        # TYPE a_total counter
        # HELP a_total As.
        a_total{by="x\"\\\n"} 3
        a_total{by="y"} 0
        # TYPE b_seconds histogram
        # HELP b_seconds Bs.
        b_seconds_bucket{le="0.1"} 1
        b_seconds_bucket{le="+Inf"} 2
        b_seconds_sum 7.5
        b_seconds_count 2

        """;

    [Fact]
    public void Good_text_is_read()
    {
        var text = PrometheusText.Parse(Good);
        Assert.Equal(3, text.Find("a_total", ("by", "x\"\\\n")));
        Assert.Equal((3, 2, null), (text.Find("a_total"), text.Find("b_seconds_count"), text.Find("c")));
    }

    [Theory]
    [InlineData("by=\"y\"", "by=y")]
    [InlineData("by=\"y\"", "by=\"\\t\"")]
    [InlineData("by=\"y\"", "by=\"y\",by=\"z\"")]
    [InlineData("by=\"y\"", "by=\"y\",")]
    [InlineData("by=\"y\"", "1y=\"y\"")]
    [InlineData("by=\"y\"", "by=\"x\\\"\\\\\\n\"")]
    [InlineData("a_total{by=\"y\"} 0", "c_total{by=\"y\"} 0")]
    [InlineData("a_total{by=\"y\"} 0", "a_total{by=\"y\"} -1")]
    [InlineData("a_total{by=\"y\"} 0", "a_total{by=\"y\"} 0x1")]
    [InlineData("a_total", "a")]
    [InlineData("counter", "gauge")]
    [InlineData("counter", "untyped")]
    [InlineData("# HELP a_total As.\n", "")]
    [InlineData("# HELP a_total As.\n", "# HELP a_total As.\n# HELP a_total As.\n")]
    [InlineData("# HELP b_seconds Bs.\n", "# HELP b_seconds Bs.\n# HELP a_total As.\n")]
    [InlineData("le=\"0.1\"} 1", "le=\"0.1\"} 3")]
    [InlineData("b_seconds_count 2", "b_seconds_count 1")]
    [InlineData("b_seconds_sum 7.5\n", "")]
    [InlineData("b_seconds_bucket{le=\"+Inf\"} 2\n", "")]
    public void Text_with_a_fault_is_refused(string part, string fault)
    {
        Assert.Contains(part, Good, StringComparison.Ordinal);
        Assert.ThrowsAny<Exception>(() => PrometheusText.Parse(Good.Replace(part, fault, StringComparison.Ordinal)));
    }
}
