using System.Text;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Folding;
using Dlgs.Streams.Tests.Metrics;

namespace Dlgs.Streams.Tests.Kafka;

/// <summary>Which proxies the metrics tell apart, whatever names come, and for how long they remember a clock.</summary>
public sealed class ProxyClocksTests : IDisposable
{
    private const int Limit = 100;
    private static readonly LogTime Start = new(1_800_000_000_000_000);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly MeterReading reading = new();
    private readonly ProxyClocks clocks;

    public ProxyClocksTests() => clocks = new ProxyClocks(reading.Meter);

    public void Dispose() => reading.Dispose();

    [Fact]
    public void Names_beyond_the_first_hundred_are_other()
    {
        for (var i = 0; i < 5 * Limit; i++) See($"p-{i}", Start);
        Assert.Equal(Enumerable.Range(0, Limit).Select(i => $"p-{i}").Append("other").Order(StringComparer.Ordinal), Names());
    }

    [Fact]
    public void New_proxy_takes_the_place_of_one_that_was_silent_for_an_hour()
    {
        See("pod-old", Start);
        for (var i = 1; i < Limit; i++) See($"p-{i}", Start + (Hour / 2));
        See("pod-new", Start + Hour + TimeSpan.FromSeconds(-1));
        Assert.DoesNotContain("pod-new", Names());
        See("pod-new", Start + Hour);
        See("pod-newer", Start + Hour);
        Assert.Contains("pod-new", Names());
        Assert.DoesNotContain("pod-newer", Names());
        Assert.Equal(0, reading.Of("dlgs.sip_time_replacements").Keys.Count(series => series.StartsWith("pod-old", StringComparison.Ordinal)));
    }

    [Fact]
    public void Proxy_that_is_still_seen_stays_whatever_names_come()
    {
        for (var minute = 0; minute < 180; minute++)
        {
            See("edge-1", Start + TimeSpan.FromMinutes(minute));
            for (var i = 0; i < Limit; i++) See($"forged-{minute}-{i}", Start + TimeSpan.FromMinutes(minute));
        }
        Assert.Contains("edge-1", Names());
        Assert.InRange(reading.Of("dlgs.sip_time_replacements").Count, 2, 2 * (Limit + 1));
    }

    [Theory]
    [InlineData("edge-1.example.org", "edge-1.example.org")]
    [InlineData("", "unnamed")]
    [InlineData("other", "other")]
    [InlineData("a b\n\"é", "a?b?\"??")]
    public void Name_is_shown_in_plain_letters(string name, string shown)
    {
        See(name, Start);
        Assert.Contains(shown, Names());
    }

    [Fact]
    public void Long_name_is_cut()
    {
        See(new string('x', 200), Start);
        Assert.Contains(new string('x', 64), Names());
    }

    [Fact]
    public void Smallest_lag_is_that_of_the_last_minutes()
    {
        See("p", Start, lag: -3);
        See("p", Start + TimeSpan.FromMinutes(4), lag: 0.5);
        Assert.Equal(-3, Lags()["p"]);
        See("p", Start + TimeSpan.FromMinutes(9), lag: 0.25);
        See("p", Start + TimeSpan.FromMinutes(14), lag: 1);
        Assert.Equal(0.25, Lags()["p"]);
        // It says no more, and the others go on.
        See("q", Start + TimeSpan.FromMinutes(60), lag: 2);
        Assert.Equal(["q"], Lags().Keys);
    }

    private void See(string proxy, LogTime log, double lag = 1) =>
        clocks.Check(Encoding.UTF8.GetBytes(proxy), new SipTime(log.Micros - (long)(lag * 1e6)), log);

    private string[] Names() =>
        [.. reading.Of("dlgs.sip_time_replacements").Keys.Select(series => series[..series.LastIndexOf(' ')]).Distinct().Order(StringComparer.Ordinal)];

    private Dictionary<string, double> Lags() => reading.Of("dlgs.proxy_smallest_lag");
}
