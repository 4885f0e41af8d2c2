using System.Diagnostics;
using System.Text;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Core.Stores;
using Dlgs.Streams.Records;

namespace Dlgs.Streams.Benchmarks;

/// <summary>
/// What a scanner costs, who sends each message with a Call-ID of its own, against an ordinary call: memory while it is held, how long it is held,
/// what it writes to the brokers, and time. Memory, bytes and lifetimes are the same on every machine; times are told as ratios.
/// </summary>
internal static class FloodBenchmark
{
    private const int Calls = 200_000;

    /// <summary>Begun in a second. So many are held at once as are begun in the time that each is held.</summary>
    private const int Rate = 20_000;

    /// <summary>Longer than anything of them is held.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromHours(4);

    public static void Run()
    {
        Console.WriteLine($"{Calls} Calls of each kind, each with a Call-ID of its own; lifetimes by default; bytes are of records and keys, uncompressed");
        Fold(SipKind.Call, out _);
        var ordinary = Fold(SipKind.Call, out var each);
        Print(SipKind.Call, each, ordinary);
        foreach (var kind in new[] { SipKind.InviteAlone, SipKind.InviteRefused, SipKind.InviteChallenged, SipKind.ByeAlone, SipKind.Options })
        {
            var spent = Fold(kind, out each);
            Print(kind, each, ordinary, spent);
        }
    }

    private enum SipKind
    {
        Call,
        InviteAlone,
        InviteRefused,
        InviteChallenged,
        ByeAlone,
        Options,
    }

    private static string Words(SipKind kind) => kind switch
    {
        SipKind.Call => "a call of 60 s, 6 messages",
        SipKind.InviteAlone => "INVITE, never answered",
        SipKind.InviteRefused => "INVITE, 404 at once",
        SipKind.InviteChallenged => "INVITE, 401, ACK, and no more",
        SipKind.ByeAlone => "BYE without a call",
        SipKind.Options => "OPTIONS or REGISTER",
    };

    /// <summary>Of one Call.</summary>
    private readonly record struct Cost(double Memory, double HeldSeconds, double StoreBytes, double ChangeBytes, double Changes);

    private static void Print(SipKind kind, Cost cost, double ordinary, double? spent = null) =>
        Console.WriteLine($"  {Words(kind),-37}: {cost.Memory,5:0} bytes of memory for {cost.HeldSeconds,5:0} s; {cost.StoreBytes,5:0} to dialog-store, "
            + $"{cost.ChangeBytes,5:0} to dialog-changes and calls ({cost.Changes:0} changes); {(spent ?? ordinary) / ordinary:0.00} of a call's time");

    /// <summary>Returns the seconds that it took, from the first message until the last is forgotten.</summary>
    private static double Fold(SipKind kind, out Cost each)
    {
        var store = new DialogStore(0, new Lifetimes());
        var written = new Written();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < Calls; i++)
        {
            store.Advance(TimeOf(i), default);
            Send(store, kind, i, TimeOf(i));
            if (i % 1_000 == 999) written.Commit(store);
        }
        var begun = Stopwatch.GetElapsedTime(start);
        var memory = GC.GetTotalMemory(forceFullCollection: true) - before;
        start = Stopwatch.GetTimestamp();
        var (end, last) = (TimeOf(Calls) + Longest, TimeOf(Calls));
        while (store.EarliestDeadline <= end)
        {
            last = store.EarliestDeadline;
            store.Advance(last, default);
            written.CommitFrom(store, changes: 1_000);
        }
        written.Commit(store);
        if (store.CallCount > 0) throw new InvalidOperationException($"{store.CallCount} Calls of {kind} are held for ever.");
        each = new Cost((double)memory / Calls, Math.Max(0, (last.Micros - TimeOf(Calls - 1).Micros) / 1e6),
            written.StoreBytes / Calls, written.ChangeBytes / Calls, written.Changes / Calls);
        return (begun + Stopwatch.GetElapsedTime(start)).TotalSeconds;
    }

    private static LogTime TimeOf(int i) => new((1_000 + (long)i / Rate) * 1_000_000L);

    private static void Send(DialogStore store, SipKind kind, int i, LogTime log)
    {
        var message = new SipMessage
        {
            CallId = MemoryBenchmark.CallId(i), FromTag = Encoding.ASCII.GetBytes($"ft{i:x8}"), Method = SipMethod.Invite, CSeq = 1,
            Branch = Encoding.ASCII.GetBytes($"z9hG4bK{i:x21}"), Vias = 1, Time = new SipTime(log.Micros),
            FromUri = "sip:100@198.51.100.7"u8, ToUri = Encoding.ASCII.GetBytes($"sip:+4930{i:d9}@192.0.2.1"),
        };
        var steps = kind switch
        {
            SipKind.Call => (ReadOnlySpan<(SipMethod, int, bool, uint, int)>)
                [(SipMethod.Invite, 0, false, 1, 0), (SipMethod.Invite, 100, false, 1, 0), (SipMethod.Invite, 180, true, 1, 1),
                    (SipMethod.Invite, 200, true, 1, 5), (SipMethod.Ack, 0, true, 1, 5), (SipMethod.Bye, 0, true, 2, 60)],
            SipKind.InviteAlone => [(SipMethod.Invite, 0, false, 1, 0)],
            SipKind.InviteRefused => [(SipMethod.Invite, 0, false, 1, 0), (SipMethod.Invite, 404, true, 1, 0)],
            SipKind.InviteChallenged => [(SipMethod.Invite, 0, false, 1, 0), (SipMethod.Invite, 401, true, 1, 0), (SipMethod.Ack, 0, true, 1, 0)],
            SipKind.ByeAlone => [(SipMethod.Bye, 0, true, 1, 0)],
            SipKind.Options => [(SipMethod.Other, 0, false, 1, 0)],
        };
        foreach (var (method, status, hasToTag, cseq, seconds) in steps)
        {
            (message.Method, message.Status, message.CSeq, message.Time) = (method, status, cseq, new SipTime(log.Micros + seconds * 1_000_000L));
            message.ToTag = hasToTag ? "0123456789"u8 : default;
            store.Merge(message, default);
        }
    }

    /// <summary>What a lane would have written.</summary>
    private sealed class Written
    {
        public double StoreBytes { get; private set; }

        public double ChangeBytes { get; private set; }

        public double Changes { get; private set; }

        public void CommitFrom(DialogStore store, int changes)
        {
            if (store.Changes.Count >= changes) Commit(store);
        }

        public void Commit(DialogStore store)
        {
            foreach (var touched in store.Touched) StoreBytes += touched.CallId.Length + (touched.Record?.Length ?? 0);
            foreach (var change in store.Changes)
            {
                var record = change.ToRecord();
                Changes++;
                // What has settled is in calls, too.
                ChangeBytes += (record.CallId.Length + record.CalculateSize()) * (record.Settled ? 2 : 1);
            }
            store.Commit();
        }
    }
}
