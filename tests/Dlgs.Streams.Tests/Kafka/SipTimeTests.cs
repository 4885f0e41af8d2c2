using Dlgs.Streams.Folding;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Tests.Metrics;

namespace Dlgs.Streams.Tests.Kafka;

/// <summary>Which SIP times count, what replaces the others, and what is said of it.</summary>
public sealed class SipTimeTests : IDisposable
{
    private const long Now = 1_795_500_000_000_000;

    private readonly MeterReading reading = new();
    private readonly ProxyClocks clocks;

    public SipTimeTests() => clocks = new ProxyClocks(reading.Meter);

    private IEnumerable<string> Counted =>
        from series in reading.Of("dlgs.sip_time_replacements") where series.Value > 0 orderby series.Key select $"{series.Key} {series.Value}";

    public void Dispose() => reading.Dispose();

    [Theory]
    [InlineData(Now)]
    [InlineData(Now + 5_000_000)]
    [InlineData(Now - 86_400_000_000)]
    [InlineData(946_684_800_000_000)]
    public void Time_that_can_be_counts(long micros)
    {
        Assert.Equal((micros, null), Check("p", micros));
        Assert.Empty(Counted);
    }

    [Fact]
    public void Time_ahead_is_replaced_and_counted()
    {
        Assert.Equal((Now, null), Check("p", Now + 5_000_001));
        Assert.Equal(["p ahead 1"], Counted);
    }

    [Fact]
    public void Event_without_a_time_has_the_log_time()
    {
        Assert.Equal((Now, null), Check("p", 0));
        Assert.Empty(Counted);
    }

    [Theory]
    [InlineData(Now / 1_000_000)]
    [InlineData(Now / 1_000)]
    [InlineData(Now * 1_000)]
    [InlineData(946_684_799_999_999)]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    public void Time_in_another_unit_is_replaced_counted_and_said_once_for_each_proxy(long time)
    {
        Assert.Equal((Now, "p"), Check("p", time));
        Assert.Equal((Now, null), Check("p", time));
        Assert.Equal((Now, "q"), Check("q", time));
        Assert.Equal((Now, null), Check("q", time));
        Assert.Equal(["p unit 2", "q unit 2"], Counted);
    }

    private (long Micros, string? Unclear) Check(string proxy, long time)
    {
        var counts = clocks.Check(System.Text.Encoding.UTF8.GetBytes(proxy), new SipTime(time), new LogTime(Now));
        return (counts.Micros, clocks.Unclear.TryDequeue(out var unclear) ? unclear.Proxy : null);
    }
}
