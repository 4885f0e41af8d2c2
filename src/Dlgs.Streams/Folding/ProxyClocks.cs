using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;
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
    /// <summary>How far a proxy's clock may be ahead of the broker's.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(5);

    /// <summary>Before it lie seconds and milliseconds since 1970 taken for microseconds, and clocks that were never set.</summary>
    private static readonly SipTime Year2000 = new(946_684_800_000_000);

    /// <summary>After it lie nanoseconds since 1970.</summary>
    private static readonly SipTime Year2100 = new(4_102_444_800_000_000);

    /// <summary>Proxies that are told apart; the names come from outside.</summary>
    private const int MaxProxies = 1_000;
    private const int MaxNameBytes = 128;

    private readonly ConcurrentDictionary<string, Proxy> proxies = new();
    /// <summary>The same in the order in which they came; the lock of whoever changes either.</summary>
    private readonly Queue<Proxy> byAge = new();
    private readonly Proxy others = new("other");
    private readonly ServiceMeter metrics;

    public ProxyClocks(ServiceMeter metrics)
    {
        this.metrics = metrics;
        metrics.ObserveSmallestLag(() => proxies.Values.Where(proxy => proxy.SmallestLag != long.MaxValue)
            .Select(proxy => new Measurement<double>(proxy.SmallestLag / 1e6, proxy.Label)));
    }

    /// <summary>Of each proxy that sends what is no time in microseconds one such value, to be said once.</summary>
    public ConcurrentQueue<(string Proxy, long Value)> Unclear { get; } = new();

    /// <summary>The SIP time that counts: the log time where there is none, or none that can be.</summary>
    public SipTime Check(ReadOnlySpan<byte> name, SipTime sip, LogTime log)
    {
        if (sip == default) return new SipTime(log.Micros);
        var proxy = Get(name);
        if (sip < Year2000 || sip > Year2100)
        {
            // It says nothing of a lag, but the proxy was seen.
            proxy.Note(long.MaxValue);
            if (proxy.IsFirstUnclear()) Unclear.Enqueue((proxy.Name, sip.Micros));
            metrics.ClockReplacements.Add(1, proxy.Label, new KeyValuePair<string, object?>("reason", "unit"));
            return new SipTime(log.Micros);
        }
        proxy.Note(log.Micros - sip.Micros);
        if (sip <= new SipTime((log + Tolerance).Micros)) return sip;
        metrics.ClockReplacements.Add(1, proxy.Label, new KeyValuePair<string, object?>("reason", "ahead"));
        return new SipTime(log.Micros);
    }

    private Proxy Get(ReadOnlySpan<byte> name)
    {
        if (name.Length > MaxNameBytes) return others;
        Span<char> text = stackalloc char[MaxNameBytes];
        text = text[..Encoding.UTF8.GetChars(name, text)];
        if (proxies.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out var proxy)) return proxy;
        return Add(text.ToString());
    }

    /// <summary>Beyond the limit the oldest goes, unless it was seen since its last turn: names out of use must not keep a new proxy out.</summary>
    private Proxy Add(string name)
    {
        lock (byAge)
        {
            if (proxies.TryGetValue(name, out var known)) return known;
            while (byAge.Count >= MaxProxies)
            {
                var oldest = byAge.Dequeue();
                if (oldest.TakeTurn()) byAge.Enqueue(oldest);
                else proxies.TryRemove(oldest.Name, out _);
            }
            var added = new Proxy(name);
            byAge.Enqueue(added);
            return proxies[name] = added;
        }
    }

    private sealed class Proxy(string name)
    {
        private long smallestLag = long.MaxValue;
        private bool unclear;
        private bool seen;

        public string Name => name;

        public KeyValuePair<string, object?> Label { get; } = new("proxy", name);

        /// <summary>True once: of the events of a proxy that has its unit wrong, one is worth a line.</summary>
        public bool IsFirstUnclear() => !Interlocked.Exchange(ref unclear, true);

        public long SmallestLag => Volatile.Read(ref smallestLag);

        /// <summary>Whether it was seen since the last time that this was asked.</summary>
        public bool TakeTurn() => Interlocked.Exchange(ref seen, false);

        public void Note(long lag)
        {
            if (!Volatile.Read(ref seen)) Volatile.Write(ref seen, true);
            for (var smallest = SmallestLag; lag < smallest;)
            {
                var before = Interlocked.CompareExchange(ref smallestLag, lag, smallest);
                if (before == smallest) return;
                smallest = before;
            }
        }
    }
}
