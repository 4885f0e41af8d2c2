using Confluent.Kafka;
using Dlgs.Streams.Contracts.V1;
using Google.Protobuf;

namespace Dlgs.Streams.Kafka;

/// <summary>
/// Opens the producer to the input; a port, because a broker does not fail when a test wants it to. The handler hears of the client's errors.
/// </summary>
internal delegate IProducer<byte[]?, byte[]> OpenInputProducer(Action<Error> failed);

/// <summary>
/// What the service itself appends to the input: ticks, and an operator's events. Idempotent, outside any transaction: what is appended twice
/// means the same. A producer that failed for good is replaced before the next record.
/// </summary>
internal sealed partial class InputProducer(Topics topics, OpenInputProducer open, ILogger<InputProducer> logger) : IDisposable
{
    private readonly Lock sending = new();
    private IProducer<byte[]?, byte[]>? producer;
    private bool isSpent;

    public string Topic => topics.SipEvents;

    /// <summary>
    /// Queues a record, and never waits. What becomes of it is said once, here or on the producer's thread: an error, or none and the offset.
    /// </summary>
    public void Append(int partition, byte[]? key, SipEvent sipEvent, Action<Error, Offset> outcome)
    {
        var record = new Message<byte[]?, byte[]> { Key = key!, Value = sipEvent.ToByteArray() };
        Error refusal;
        try
        {
            lock (sending) Open().Produce(new TopicPartition(Topic, partition), record, report => Conclude(report.Error, report.Offset));
            return;
        }
        catch (KafkaException e)
        {
            refusal = e.Error;
        }
        Conclude(refusal, Offset.Unset);

        void Conclude(Error error, Offset offset)
        {
            Note(error);
            outcome(error, offset);
        }
    }

    /// <summary>On any thread, the producer's own too, which must not dispose it.</summary>
    private void Note(Error error)
    {
        if (error.IsFatal) Volatile.Write(ref isSpent, true);
    }

    private IProducer<byte[]?, byte[]> Open()
    {
        if (Interlocked.Exchange(ref isSpent, false)) Close();
        return producer ??= open(Note);
    }

    public void Dispose()
    {
        lock (sending) Close();
    }

    /// <summary>Never throws: ticks that are not out by now, a successor sends, and whoever waits for an event was told nothing.</summary>
    private void Close()
    {
        try
        {
            producer?.Dispose();
        }
        catch (Exception e) when (e is KafkaException or ObjectDisposedException or InvalidOperationException)
        {
            LogEndFailed(logger, e);
        }
        producer = null;
    }

    [LoggerMessage(11, LogLevel.Debug, "The producer to the input did not end well")]
    private static partial void LogEndFailed(ILogger logger, Exception failure);
}
