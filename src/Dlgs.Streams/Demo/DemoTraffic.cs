using Dlgs.Streams.Client;
using Dlgs.Streams.Core.Dialogs;

namespace Dlgs.Streams.Demo;

/// <summary>Recorded calls as live traffic: fresh Call-IDs, times as of now, so many new calls a second, no call begun that could not end in time.</summary>
internal sealed class DemoTraffic(SipEventPublisher publisher, IReadOnlyList<RecordedCall> calls, double rate, TimeProvider time)
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(5);
    private readonly PriorityQueue<(RecordedCall Call, int Number, long Start, int Next), long> due = new();

    /// <summary>A call that was begun: which one, when, under which Call-ID.</summary>
    public sealed record Begun(RecordedCall Call, string CallId, long StartMicros);

    /// <summary>Calls begun so far; grows while <see cref="RunAsync"/> runs.</summary>
    public List<Begun> Calls { get; } = [];

    public async Task RunAsync(TimeSpan? duration, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        for (var begun = 0; !cancellation.IsCancellationRequested;)
        {
            var elapsed = time.GetElapsedTime(start);
            var call = calls[begun % calls.Count];
            if (elapsed.TotalSeconds * rate >= begun && (duration is null || elapsed + call.Length <= duration)) Begin(call, begun++);
            else if (duration is { } all && elapsed.TotalSeconds * rate >= begun)
            {
                // This one is too long for what is left; a shorter one may still fit.
                if (due.Count == 0 && calls.All(c => elapsed + c.Length > all)) return;
                begun++;
            }
            PublishDue();
            await Task.Delay(Step, cancellation);
        }
    }

    private void Begin(RecordedCall call, int number)
    {
        var now = NowMicros();
        lock (Calls) Calls.Add(new Begun(call, CallIdOf(number, call), now));
        due.Enqueue((call, number, now, 0), now);
    }

    private void PublishDue()
    {
        while (due.TryPeek(out var next, out var at) && at <= NowMicros())
        {
            due.Dequeue();
            var (call, number, start, index) = next;
            var sipEvent = call.Events[index].Clone();
            sipEvent.CallId = CallIdOf(number, call);
            sipEvent.TimeUnixUs += start - call.StartMicros;
            publisher.Publish(sipEvent);
            if (index + 1 < call.Events.Count) due.Enqueue((call, number, start, index + 1), start + call.Events[index + 1].TimeUnixUs - call.StartMicros);
        }
    }

    private static string CallIdOf(int number, RecordedCall call) => $"{number}-{call.CallId}";

    private long NowMicros() => SipTime.Of(time.GetUtcNow()).Micros;
}
