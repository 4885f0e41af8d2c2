using System.Diagnostics;
using Dlgs.Streams.Client;
using Dlgs.Streams.Contracts.V1;

namespace Dlgs.Streams.Benchmarks;

/// <summary>Calls for a service that runs, at a rate: those that are answered and stay up, or a scanner's, who sends an INVITE each and no more.</summary>
internal static class Feed
{
    private const int Callers = 300_000;

    public static async Task RunAsync(string servers, string prefix, string kind, int calls, int perSecond)
    {
        using var publisher = new SipEventPublisher([new("bootstrap.servers", servers), new("queue.buffering.max.messages", "1000000")], prefix + "sip-events");
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < calls; i++)
        {
            foreach (var sipEvent in kind == "scans" ? [Invite(i)] : CallUp(i)) publisher.Publish(sipEvent);
            if (i % 100 == 0 && TimeSpan.FromSeconds((double)i / perSecond) - Stopwatch.GetElapsedTime(start) is var early && early > TimeSpan.Zero)
                await Task.Delay(early);
        }
        if (!publisher.Flush(TimeSpan.FromMinutes(1))) throw new InvalidOperationException($"The brokers did not take all: {publisher.LastError}");
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Console.WriteLine($"{calls} {kind} in {seconds:0.0} s, {calls / seconds:0} a second, {publisher.Delivered} events");
    }

    private static SipEvent[] CallUp(int i)
    {
        SipEvent relayed = Invite(i), ringing = Invite(i), answered = Invite(i), ack = Invite(i);
        relayed.ViaBranches.Insert(0, $"z9hG4bK2919.1b2b846a8bfee07105b6733f77{i:x8}");
        (ringing.Status, answered.Status) = (180, 200);
        (ack.Method, ack.ViaBranches[0]) = ("ACK", "z9hG4bKack");
        ringing.ToTag = answered.ToTag = ack.ToTag = $"{i:x8}";
        return [Invite(i), relayed, ringing, answered, ack];
    }

    private static SipEvent Invite(int i) => new()
    {
        CallId = $"{i:x8}-0b4c-4d2e-9f30-5c1d7e2a90b4", FromTag = $"ft{i:x8}", Method = "INVITE", Cseq = 1, ViaBranches = { $"z9hG4bKme6qs3xtupcak2{i:x7}" },
        FromUri = $"sip:customer{i % Callers:d6}@ex.net", ToUri = $"sip:+4930{i:d9}@carrier", Proxy = "p1",
    };
}
