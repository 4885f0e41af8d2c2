using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Metrics;

namespace Dlgs.Streams.Folding;

/// <summary>
/// SIP times against log times, per proxy. A SIP time in the future is replaced by the log time; an old one is not suspect, outages and
/// replays are real (README.md of Core/Dialogs, "Clocks"). One before the year 2000 or after 2100 is in another unit than microseconds, or of
/// a clock that was never set: it says nothing, and is replaced too. One for all lanes.
/// </summary>
internal sealed class ProxyClocks
{
    /// <summary>After it lie nanoseconds since 1970.</summary>
    private static readonly SipTime Year2100 = new(4_102_444_800_000_000);

    private readonly ProxyNames proxies = new();

    public ProxyClocks(ServiceMeter meter)
    {
        meter.ShowEach(new("dlgs.proxy_smallest_lag", "s", "Smallest time between a proxy's SIP times and the log time, of the last 5 to 10 minutes: "
            + "below zero its clock is ahead.", "proxy"), () => proxies.All.SelectMany(SmallestLag));
        meter.Count(new("dlgs.sip_time_replacements", "{event}", "SIP times replaced by the log time, by proxy and reason: ahead, or unit (no microseconds).",
            "proxy", "reason"), () => proxies.All.SelectMany(Replacements));
    }

    /// <summary>Of each proxy that sends what is no time in microseconds one such value, to be said once.</summary>
    public ConcurrentQueue<(string Proxy, long Value)> Unclear { get; } = new();

    /// <summary>The SIP time that counts: the log time where there is none, or none that can be.</summary>
    public SipTime Check(ReadOnlySpan<byte> name, SipTime sip, LogTime log)
    {
        if (sip == default) return new SipTime(log.Micros);
        var proxy = proxies.Get(name, log);
        if (sip < SipTime.Year2000 || sip > Year2100)
        {
            if (proxy.Unclear.Add() == 1) Unclear.Enqueue((proxy.Name, sip.Micros));
            return new SipTime(log.Micros);
        }
        proxy.Lag.Note(log.Micros - sip.Micros, log);
        if (sip <= new SipTime((log + SipTime.ClockTolerance).Micros)) return sip;
        proxy.Ahead.Add();
        return new SipTime(log.Micros);
    }

    private IEnumerable<Measurement<double>> SmallestLag(Proxy proxy)
    {
        if (proxy.Lag.Smallest(proxies.SeenAt) is { } micros) yield return new Measurement<double>(micros / 1e6, Label.Pair(["proxy"], proxy.Name));
    }

    private static IEnumerable<Measurement<long>> Replacements(Proxy proxy)
    {
        yield return new Measurement<long>(proxy.Ahead.Count, Label.Pair(["proxy", "reason"], proxy.Name, "ahead"));
        yield return new Measurement<long>(proxy.Unclear.Count, Label.Pair(["proxy", "reason"], proxy.Name, "unit"));
    }
}
