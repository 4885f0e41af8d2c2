using Dlgs.Streams.Client;

namespace Dlgs.Streams.Gateway;

/// <summary>The queue of a publisher as every proxy has it.</summary>
internal sealed class PublisherQueue(SipEventPublisher publisher) : IEventQueue
{
    public string Topic => publisher.Topic;

    public long Delivered => publisher.Delivered;

    public long Failed => publisher.Failed;

    public bool IsSpent => publisher.IsSpent;

    public string? LastError => publisher.LastError;

    public bool TryPublish(ReadOnlySpan<byte> callId, ReadOnlySpan<byte> sipEvent) => !publisher.IsSpent && publisher.TryPublish(callId, sipEvent);

    public void Flush(TimeSpan patience) => publisher.Flush(patience);

    public void Dispose() => publisher.Dispose();
}
