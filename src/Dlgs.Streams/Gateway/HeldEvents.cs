namespace Dlgs.Streams.Gateway;

/// <summary>
/// The events of one connection in their order, where the sender can wait: what finds no room is held, and nothing more is read from it until it has. So no
/// more is held than one read brought.
/// </summary>
internal sealed class HeldEvents(IEventSink sink) : IEventSink
{
    private readonly Queue<(byte[] CallId, byte[] SipEvent)> held = new();

    public int Count => held.Count;

    /// <summary>Always true.</summary>
    public bool TryPublish(ReadOnlySpan<byte> callId, ReadOnlySpan<byte> sipEvent)
    {
        if (held.Count > 0 || !sink.TryPublish(callId, sipEvent)) held.Enqueue((callId.ToArray(), sipEvent.ToArray()));
        return true;
    }

    /// <summary>False: there is no room yet for all.</summary>
    public bool TryPassOn()
    {
        while (held.TryPeek(out var next) && sink.TryPublish(next.CallId, next.SipEvent)) held.Dequeue();
        return held.Count == 0;
    }
}
