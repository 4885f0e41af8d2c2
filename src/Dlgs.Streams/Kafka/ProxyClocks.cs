using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Operations;

namespace Dlgs.Streams.Kafka;

/// <summary>
/// SIP times against log times, per proxy. A SIP time in the future is replaced by the log time; an old one is not suspect, outages and
/// replays are real (semantics section 2.7).
/// </summary>
internal sealed class ProxyClocks
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(5);

    /// <summary>Proxies that are told apart; the names come from outside.</summary>
    private const int MaxProxies = 1_000;

    private readonly ConcurrentDictionary<string, long> smallestLag = new();
    private readonly Dictionary<string, long> known = [];
    private readonly Metrics metrics;

    public ProxyClocks(Metrics metrics)
    {
        this.metrics = metrics;
        metrics.ObserveSmallestLag(() => smallestLag.Select(lag => new Measurement<double>(lag.Value / 1e6, new KeyValuePair<string, object?>("proxy", lag.Key))));
    }

    /// <summary>The SIP time that counts.</summary>
    public SipTime Check(ReadOnlySpan<byte> proxy, SipTime sip, LogTime log)
    {
        if (sip == default) return new SipTime(log.Micros);
        Note(proxy, log.Micros - sip.Micros);
        if (sip.Micros <= (log + Tolerance).Micros) return sip;
        metrics.ClockReplacements.Add(1, new KeyValuePair<string, object?>("proxy", Encoding.UTF8.GetString(proxy)));
        return new SipTime(log.Micros);
    }

    private void Note(ReadOnlySpan<byte> proxy, long lag)
    {
        if (proxy.Length > 128) return;
        Span<char> name = stackalloc char[128];
        name = name[..Encoding.UTF8.GetChars(proxy, name)];
        var lags = known.GetAlternateLookup<ReadOnlySpan<char>>();
        if (lags.TryGetValue(name, out var smallest) ? lag >= smallest : known.Count >= MaxProxies) return;
        lags[name] = lag;
        smallestLag[name.ToString()] = lag;
    }
}
