using System.Diagnostics;
using System.Text;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Core.Stores;

namespace Dlgs.Streams.Benchmarks;

/// <summary>(P5) Bytes an ongoing dialog takes with realistic field lengths, and the longest pause of the garbage collector while they churn.</summary>
internal static class MemoryBenchmark
{
    /// <summary>Customers that make the calls; who is called is another for each.</summary>
    internal const int Callers = 300_000;

    public static void Run(int dialogs)
    {
        Console.WriteLine($"(P5) {dialogs} confirmed calls: Call-ID 36 bytes, tags 10 and 8, branches 28 and 44, src 24, dst 23, {Callers} callers");
        var store = new DialogStore(0, new Lifetimes());
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < dialogs; i++) Begin(store, i, 1000 + i / 1000);
        var fresh = GC.GetTotalMemory(forceFullCollection: true) - before;
        // Hold time later the branches have no effect any more, and are dropped.
        store.Advance(new LogTime((1000 + dialogs / 1000 + 60) * 1_000_000L), default);
        store.Commit();
        var settled = GC.GetTotalMemory(forceFullCollection: true) - before;
        var record = store.Calls.FindRecord(CallId(0))!.Length;
        Console.WriteLine($"  {settled / dialogs} bytes a dialog, {fresh / dialogs} in its first 32 s; "
            + $"its record has {record} (ratio to the record: {(double)settled / dialogs / record:0.00}; aim 500 bytes)");
        Churn(store, dialogs);
    }

    private static void Churn(DialogStore store, int dialogs)
    {
        var (time, longest, events) = (1000 + dialogs / 1000 + 61, TimeSpan.Zero, 0L);
        var (index, start) = (GC.CollectionCount(0), Stopwatch.GetTimestamp());
        for (var i = 0; Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(30); i++)
        {
            End(store, i % dialogs, time + i / 2000);
            Begin(store, dialogs + i, time + i / 2000);
            events += 7;
            if (i % 1000 != 0) continue;
            store.Commit();
            foreach (var kind in new[] { GCKind.Ephemeral, GCKind.FullBlocking, GCKind.Background })
                foreach (var pause in GC.GetGCMemoryInfo(kind).PauseDurations) longest = pause > longest ? pause : longest;
        }
        var paused = GC.GetTotalPauseDuration() / Stopwatch.GetElapsedTime(start);
        Console.WriteLine($"  churn for 30 s, {events / 30 / 1000} k events/s: {GC.CollectionCount(0) - index} collections, "
            + $"longest pause {longest.TotalMilliseconds:0.0} ms, all pauses {paused * 100:0.0} % of the time (full ones forced before included)");
    }

    internal static void Begin(DialogStore store, int i, long seconds)
    {
        store.Advance(new LogTime(seconds * 1_000_000L), default);
        var callId = CallId(i);
        byte[] from = Encoding.ASCII.GetBytes($"sip:customer{i % Callers:d6}@ex.net"), to = Encoding.ASCII.GetBytes($"sip:+4930{i:d9}@carrier");
        byte[] fromTag = Encoding.ASCII.GetBytes($"ft{i:x8}"), toTag = Encoding.ASCII.GetBytes($"{i:x8}");
        byte[] u = Encoding.ASCII.GetBytes($"z9hG4bKme6qs3xtupcak2{i:x7}"), p = Encoding.ASCII.GetBytes($"z9hG4bK2919.1b2b846a8bfee07105b6733f77{i:x8}");
        var invite = new SipMessage
        {
            CallId = callId, FromTag = fromTag, Method = SipMethod.Invite, CSeq = 1, Branch = u, Vias = 1,
            Time = new SipTime(seconds * 1_000_000L), FromUri = from, ToUri = to,
        };
        store.Merge(invite, default);
        var relayed = invite;
        relayed.Branch = p;
        relayed.Parent = u;
        relayed.HasParent = true;
        relayed.Vias = 2;
        store.Merge(relayed, default);
        relayed.ToTag = toTag;
        relayed.Status = 180;
        store.Merge(relayed, default);
        relayed.Status = 200;
        relayed.Time += TimeSpan.FromSeconds(5);
        store.Merge(relayed, default);
        var ack = new SipMessage
        {
            CallId = callId, FromTag = fromTag, ToTag = toTag, Method = SipMethod.Ack, CSeq = 1,
            Branch = "z9hG4bKack"u8, Vias = 1, Time = relayed.Time,
        };
        store.Merge(ack, default);
        if (i % 1000 == 0) store.Commit();
    }

    private static void End(DialogStore store, int i, long seconds)
    {
        byte[] fromTag = Encoding.ASCII.GetBytes($"ft{i:x8}"), toTag = Encoding.ASCII.GetBytes($"{i:x8}");
        store.Advance(new LogTime(seconds * 1_000_000L), default);
        var time = new SipTime(seconds * 1_000_000L);
        store.Merge(new SipMessage { CallId = CallId(i), FromTag = fromTag, ToTag = toTag, Method = SipMethod.Bye, CSeq = 2, Vias = 1, Time = time }, default);
    }

    internal static byte[] CallId(int i) => Encoding.ASCII.GetBytes($"{i:x8}-0b4c-4d2e-9f30-5c1d7e2a90b4");
}
