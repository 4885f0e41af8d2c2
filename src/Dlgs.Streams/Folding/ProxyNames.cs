using System.Collections.Concurrent;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Metrics;

namespace Dlgs.Streams.Folding;

/// <summary>
/// Which proxies are told apart. Their names come from outside, and each is a series in the metrics: a hundred have one. A new name takes the
/// place of one that was silent for an hour, as of a pod that is gone; while there is none, it is "other". Any thread.
/// </summary>
internal sealed class ProxyNames
{
    private const int Most = 100;
    private const int MaxChars = 64;
    private const string Unnamed = "unnamed";
    private static readonly TimeSpan Silence = TimeSpan.FromHours(1);

    private readonly Proxy others = new("other");
    private readonly ConcurrentDictionary<string, Proxy> proxies = new();
    private readonly Lock adding = new();
    /// <summary>No place is free before this log time.</summary>
    private LogTime fullUntil = LogTime.Start;
    private long seenAt;

    /// <summary>A proxy may be called so itself.</summary>
    public ProxyNames() => proxies[others.Name] = others;

    public IEnumerable<Proxy> All => proxies.Values;

    /// <summary>The latest log time at which any was seen.</summary>
    public LogTime SeenAt => new(Volatile.Read(ref seenAt));

    public Proxy Get(ReadOnlySpan<byte> name, LogTime log)
    {
        if (log > SeenAt) Volatile.Write(ref seenAt, log.Micros);
        Span<char> shown = stackalloc char[MaxChars];
        var proxy = Find(Show(name, shown), log);
        proxy.See(log);
        return proxy;
    }

    private Proxy Find(ReadOnlySpan<char> shown, LogTime log) =>
        proxies.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(shown, out var known) ? known : Add(shown, log);

    private Proxy Add(ReadOnlySpan<char> shown, LogTime log)
    {
        lock (adding)
        {
            if (proxies.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(shown, out var known)) return known;
            if (log < fullUntil || proxies.Count > Most && !TryMakeRoom(log)) return others;
            var added = new Proxy(shown.ToString());
            added.See(log);
            return proxies[added.Name] = added;
        }
    }

    /// <summary>Not looked for again before the longest silent one may have been silent for long enough: forged names cost no search each.</summary>
    private bool TryMakeRoom(LogTime log)
    {
        var silent = proxies.Values.Where(proxy => proxy != others).MinBy(proxy => proxy.SeenAt)!;
        fullUntil = silent.SeenAt + Silence;
        return log >= fullUntil && proxies.TryRemove(silent.Name, out _);
    }

    /// <summary>In ASCII that can be seen, and cut.</summary>
    private static ReadOnlySpan<char> Show(ReadOnlySpan<byte> name, Span<char> shown)
    {
        if (name.IsEmpty) return Unnamed;
        var length = Math.Min(name.Length, shown.Length);
        for (var i = 0; i < length; i++) shown[i] = name[i] is > 0x20 and < 0x7f ? (char)name[i] : '?';
        return shown[..length];
    }
}

/// <summary>One proxy as its times show it.</summary>
internal sealed class Proxy(string name)
{
    private long seenAt = LogTime.Start.Micros;

    public string Name => name;

    /// <summary>Times that were ahead.</summary>
    public RunningCount Ahead { get; } = new();

    /// <summary>Times in another unit.</summary>
    public RunningCount Unclear { get; } = new();

    public RecentLag Lag { get; } = new();

    public LogTime SeenAt => new(Volatile.Read(ref seenAt));

    public void See(LogTime log)
    {
        if (log > SeenAt) Volatile.Write(ref seenAt, log.Micros);
    }
}
