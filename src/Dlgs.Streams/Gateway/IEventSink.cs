namespace Dlgs.Streams.Gateway;

/// <summary>Takes events that are to be published.</summary>
internal interface IEventSink
{
    /// <summary>Never waits, and copies what it takes; false: there is no room.</summary>
    bool TryPublish(ReadOnlySpan<byte> callId, ReadOnlySpan<byte> sipEvent);
}

/// <summary>Where events wait for the brokers. A port: brokers are not slow, and do not refuse, when a test wants them to.</summary>
internal interface IEventQueue : IEventSink, IDisposable
{
    string Topic { get; }

    /// <summary>Events that the brokers have.</summary>
    long Delivered { get; }

    /// <summary>Events that they will never have.</summary>
    long Failed { get; }

    /// <summary>It takes nothing any more, and another has to take its place.</summary>
    bool IsSpent { get; }

    string? LastError { get; }

    /// <summary>Events that failed only because it is spent, in their order: another may have them. Each is taken out once.</summary>
    bool TryTakeLeft(out (byte[] CallId, byte[] SipEvent) left);

    /// <summary>Waits until all were delivered or failed, or the time is over.</summary>
    void Flush(TimeSpan patience);
}

/// <summary>Opens one, and waits for the brokers. Throws an <see cref="InvalidOperationException"/> where they, or the topic, are not there.</summary>
internal delegate IEventQueue OpenEventQueue();
