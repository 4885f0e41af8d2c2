using Confluent.Kafka;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Metrics;
using Google.Protobuf;

namespace Dlgs.Streams.Kafka;

/// <summary>Opens the producer of ticks; a port, because a broker does not fail when a test wants it to. The handler hears of the client's errors.</summary>
internal delegate IProducer<Null, byte[]> OpenTicks(Action<Error> failed);

/// <summary>
/// Appends ticks to input partitions: the broker's append time of a tick is what lets deadlines pass when nothing else comes. Outside any
/// transaction: a tick too many means nothing, and of one too few the next takes the place. A producer that failed for good is replaced.
/// </summary>
internal sealed partial class Ticker(Topics topics, OpenTicks open, ServiceMeter metrics, TimeProvider time, ILogger<Ticker> logger) : IDisposable
{
    private static readonly TimeSpan SayInterval = TimeSpan.FromMinutes(1);

    private readonly Lock sending = new();
    /// <summary>Another lock: a producer that is disposed of waits for its handlers, which count and speak.</summary>
    private readonly Lock saying = new();
    private IProducer<Null, byte[]>? producer;
    private bool isSpent;
    private long saidAt;
    private int unsaid;

    public void Tick(int partition)
    {
        var tick = new Message<Null, byte[]> { Value = new SipEvent { Tick = new Tick { Partition = partition } }.ToByteArray() };
        try
        {
            lock (sending) Open().Produce(new TopicPartition(topics.SipEvents, partition), tick, Delivered);
        }
        catch (KafkaException e)
        {
            Failed(e.Error, partition);
        }
    }

    private void Delivered(DeliveryReport<Null, byte[]> report)
    {
        if (report.Error.IsError) Failed(report.Error, report.Partition.Value);
    }

    private void Failed(Error error, int partition)
    {
        metrics.TickFailures.Add(1);
        Note(error);
        lock (saying)
        {
            unsaid++;
            if (saidAt != 0 && time.GetElapsedTime(saidAt) < SayInterval) return;
            LogFailed(logger, unsaid, topics.SipEvents, partition, error.Reason);
            (saidAt, unsaid) = (time.GetTimestamp(), 0);
        }
    }

    /// <summary>On any thread, the producer's own too, which must not dispose it.</summary>
    private void Note(Error error)
    {
        if (error.IsFatal) Volatile.Write(ref isSpent, true);
    }

    private IProducer<Null, byte[]> Open()
    {
        if (Interlocked.Exchange(ref isSpent, false)) Close();
        return producer ??= open(Note);
    }

    public void Dispose()
    {
        lock (sending) Close();
    }

    /// <summary>Never throws: ticks that are not out by now, a successor sends.</summary>
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

    [LoggerMessage(10, LogLevel.Warning,
        "Ticks were not sent ({Count} since this was last said), {Topic} [{Partition}] for one: {Reason}. "
            + "Until one is, no call expires where nothing else comes")]
    private static partial void LogFailed(ILogger logger, int count, string topic, int partition, string reason);

    [LoggerMessage(11, LogLevel.Debug, "The producer of ticks did not end well")]
    private static partial void LogEndFailed(ILogger logger, Exception failure);
}
