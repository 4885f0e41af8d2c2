using System.Diagnostics.Metrics;
using System.Text;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Folding;
using Dlgs.Streams.Metrics;

namespace Dlgs.Streams.Tests.Kafka;

/// <summary>Which proxies are told apart, where there are more names than fit.</summary>
public sealed class ProxyClocksTests : IDisposable
{
    private const int Limit = 1_000;
    /// <summary>Tells this test's proxies from those of others, whose meters have the same name.</summary>
    private const string Ours = "clocks-";
    private static readonly LogTime Log = new(1_800_000_000_000_000);

    private readonly ServiceMeter metrics = new();
    private readonly ProxyClocks clocks;

    public ProxyClocksTests() => clocks = new ProxyClocks(metrics);

    public void Dispose() => metrics.Dispose();

    [Fact]
    public void New_proxy_pushes_out_the_oldest()
    {
        for (var i = 0; i < Limit; i++) See($"old-{i}");
        See("new");
        Assert.Equal(Enumerable.Range(1, Limit - 1).Select(i => $"old-{i}").Append("new").Order(StringComparer.Ordinal), Names());
    }

    [Fact]
    public void Proxy_that_is_still_seen_stays_whatever_names_come()
    {
        for (var i = 0; i < 5 * Limit; i++)
        {
            See("edge-1");
            See($"forged-{i}");
        }
        Assert.Contains("edge-1", Names());
        Assert.Contains($"forged-{(5 * Limit) - 1}", Names());
        Assert.Equal(Limit, Names().Length);
    }

    private void See(string proxy) => clocks.Check(Encoding.UTF8.GetBytes(Ours + proxy), new SipTime(Log.Micros - 1), Log);

    /// <summary>As whoever reads the metric sees them.</summary>
    private string[] Names()
    {
        var names = new List<string>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, listener) => listener.EnableMeasurementEvents(instrument) };
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) =>
        {
            if (instrument.Name == "dlgs.proxy_smallest_lag" && tags[0].Value is string name && name.StartsWith(Ours, StringComparison.Ordinal))
                names.Add(name[Ours.Length..]);
        });
        listener.Start();
        listener.RecordObservableInstruments();
        return [.. names.Order(StringComparer.Ordinal)];
    }
}
