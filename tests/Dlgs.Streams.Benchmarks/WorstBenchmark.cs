using System.Diagnostics;
using System.Text;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Core.Stores;
using Dlgs.Streams.Shared;

namespace Dlgs.Streams.Benchmarks;

/// <summary>
/// The worst message of an adversary who drives a Call to its bounds, each kind alone and all together, against the median of ordinary messages
/// in the same run. Each place in the sequence counts with its best of several rounds: the collector's pauses are not the message's.
/// </summary>
internal static class WorstBenchmark
{
    private const int Rounds = 5;
    private const int Messages = 6_000;

    public static void Run()
    {
        Ordinary();
        var ordinary = Ordinary();
        Console.WriteLine($"median of ordinary messages: {ordinary:0.00} us; "
            + $"the worst of {Messages} hostile ones, best of {Rounds} rounds each (aim: at most 100 times)");
        foreach (var kind in Adversary.Kinds)
            foreach (var textBytes in new[] { 6, 120 }) Print(kind, textBytes, ordinary);
    }

    private static void Print(string kind, int textBytes, double ordinary)
    {
        var best = new double[Messages];
        Array.Fill(best, double.MaxValue);
        var (full, walks, bytes) = (0, 0.0, 0);
        for (var round = 0; round < Rounds; round++) (full, walks, bytes) = Fold(kind, textBytes, best);
        var worst = best.Max();
        Console.WriteLine($"  {kind,-10} texts of {textBytes,3} B: {worst,8:0.0} us = {worst / ordinary,5:0} times; "
            + $"{walks,5:0.0} walks over its rows at the most; record {bytes,6} B{(full > 0 ? $"; {full} refused, the Call is full" : "")}");
    }

    private static (int Full, double Walks, int Bytes) Fold(string kind, int textBytes, double[] best)
    {
        var (store, adversary, full, walks) = (new DialogStore(0, new Lifetimes()), new Adversary(kind, Bounds.Default, textBytes), 0, 0.0);
        // Another Call in between: nothing is left of the first in the scratch.
        var bystander = new Adversary("tags", Bounds.Default, 6);
        for (var i = 0; i < Messages; i++)
        {
            store.Advance(new LogTime(i * 1_000L), default);
            bystander.Next(store, "other");
            var before = store.Walked;
            var start = Stopwatch.GetTimestamp();
            if (adversary.Next(store, "call") == MergeOutcome.Full) full++;
            best[i] = Math.Min(best[i], Stopwatch.GetElapsedTime(start).TotalMicroseconds);
            walks = Math.Max(walks, (double)(store.Walked - before) / (store.LastSize + 16));
            store.Commit();
        }
        return (full, walks, store.Calls.FindRecord("call"u8)?.Length ?? 0);
    }

    /// <summary>Calls as they go, message by message: INVITE over two hops, ringing, answer, ACK, BYE; many at once.</summary>
    private static double Ordinary()
    {
        var (store, times) = (new DialogStore(0, new Lifetimes()), new List<double>());
        for (var call = 0; call < 20_000; call++)
        {
            store.Advance(new LogTime(call * 1_000L), default);
            foreach (var (method, status, cseq, branches) in new (SipMethod, int, uint, string[])[]
                { (SipMethod.Invite, 0, 1, ["u"]), (SipMethod.Invite, 0, 1, ["p", "u"]),
                    (SipMethod.Invite, 180, 1, ["p", "u"]), (SipMethod.Invite, 180, 1, ["u"]),
                  (SipMethod.Invite, 200, 1, ["p", "u"]), (SipMethod.Invite, 200, 1, ["u"]), (SipMethod.Ack, 0, 1, ["k"]), (SipMethod.Bye, 0, 2, ["y"]) })
            {
                var message = Message($"call-{call}@host.example", method, status, cseq, branches, call * 1_000L);
                var start = Stopwatch.GetTimestamp();
                store.Merge(message, default);
                times.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
            }
            store.Commit();
        }
        times.Sort();
        return times[times.Count / 2];
    }

    private static SipMessage Message(string callId, SipMethod method, int status, uint cseq, string[] branches, long time) => new()
    {
        CallId = Encoding.ASCII.GetBytes(callId), FromTag = "caller"u8,
        ToTag = status is 0 && method == SipMethod.Invite ? default : "callee"u8, Method = method, Status = status, CSeq = cseq,
        Branch = Encoding.ASCII.GetBytes(branches[0]), Parent = branches.Length > 1 ? Encoding.ASCII.GetBytes(branches[1]) : default,
        HasParent = branches.Length > 1, Vias = branches.Length,
        Time = new SipTime(time), FromUri = "sip:alice@example.com"u8, ToUri = "sip:bob@example.com"u8,
    };
}
