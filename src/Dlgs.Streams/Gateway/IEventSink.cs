namespace Dlgs.Streams.Gateway;

/// <summary>Takes events that are to be published. A port: brokers are not slow when a test wants them to be.</summary>
internal interface IEventSink
{
    /// <summary>Never waits; false: there is no room.</summary>
    bool TryPublish(byte[] callId, byte[] sipEvent);
}
