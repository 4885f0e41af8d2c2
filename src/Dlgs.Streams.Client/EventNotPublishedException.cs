namespace Dlgs.Streams.Client;

/// <summary>
/// The brokers have not taken an event: it is too large, refused, or they did not answer within message.timeout.ms (5 min). In the last case they may
/// have it all the same. To publish it again does no harm.
/// </summary>
public sealed class EventNotPublishedException(string message, Exception cause) : Exception(message, cause);
