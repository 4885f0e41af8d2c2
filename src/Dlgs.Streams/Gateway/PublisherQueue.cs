using System.Collections.Concurrent;
using Dlgs.Streams.Client;

namespace Dlgs.Streams.Gateway;

/// <summary>The queue of a publisher as every proxy has it.</summary>
internal sealed class PublisherQueue : IEventQueue
{
    private readonly SipEventPublisher publisher;
    private readonly ConcurrentQueue<(byte[] CallId, byte[] SipEvent)> left = new();

    public PublisherQueue(SipEventPublisher publisher)
    {
        this.publisher = publisher;
        // The client says that it has failed for good before it says so of each event.
        publisher.NotTaken = (callId, sipEvent) =>
        {
            if (publisher.IsSpent) left.Enqueue((callId, sipEvent));
        };
    }

    public string Topic => publisher.Topic;

    public long Delivered => publisher.Delivered;

    public long Failed => publisher.Failed;

    public bool IsSpent => publisher.IsSpent;

    public string? LastError => publisher.LastError;

    public bool TryPublish(ReadOnlySpan<byte> callId, ReadOnlySpan<byte> sipEvent) => !publisher.IsSpent && publisher.TryPublish(callId, sipEvent);

    public bool TryTakeLeft(out (byte[] CallId, byte[] SipEvent) next) => left.TryDequeue(out next);

    public void Flush(TimeSpan patience) => publisher.Flush(patience);

    public void Dispose() => publisher.Dispose();
}
