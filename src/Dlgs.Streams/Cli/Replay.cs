using Dlgs.Streams.Client;
using Dlgs.Streams.Recordings;
using Dlgs.Streams.Records;
using Dlgs.Streams.Rules;
using Dlgs.Streams.Sip;

namespace Dlgs.Streams.Cli;

/// <summary>Publishes the messages of recordings, each when its time has come, and counts what it has done.</summary>
internal sealed class Replay(SipEventPublisher publisher, string callIdPrefix, double speed, AttributeRules? rules, TimeProvider time)
{
    private readonly RuleRun? run = rules is null ? null : new RuleRun(rules);
    private int messages;

    /// <summary>SIP messages handed to the publisher; another thread may look.</summary>
    public int Messages => Volatile.Read(ref messages);

    /// <summary>Files that could not be read.</summary>
    public int Unread { get; set; }

    /// <summary>
    /// Publishes one recording; returns the remarks on it.
    /// <paramref name="progress"/> is told the share that was read, where the length is known.
    /// </summary>
    public async Task<IEnumerable<string>> PublishAsync(string name, Stream stream, Action<double> progress, CancellationToken cancellation)
    {
        using var recording = new Recording(stream, new FieldLimits(), run);
        var pace = new Pace(speed, time);
        while (TryNext(recording, out var sipTime, out var events))
        {
            cancellation.ThrowIfCancellationRequested();
            if (pace.WaitFor(sipTime) is { } wait) await Task.Delay(wait, time, cancellation);
            foreach (var sipEvent in events)
            {
                publisher.Publish(sipEvent, cancellation);
                Interlocked.Increment(ref messages);
            }
            if (stream.CanSeek) progress((double)stream.Position / Math.Max(1, stream.Length));
        }
        return recording.Remarks(name);
    }

    private bool TryNext(Recording recording, out long timeMicros, out List<Contracts.V1.SipEvent> events)
    {
        events = [];
        var more = recording.TryRead(out var frame);
        timeMicros = frame.TimeMicros;
        while (more && recording.TryTake(ref frame, out var message)) events.Add(SipEvents.ToEvent(message, frame.Message, frame.Proxy, callIdPrefix));
        return more;
    }
}
