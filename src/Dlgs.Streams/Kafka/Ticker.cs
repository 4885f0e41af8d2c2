using Confluent.Kafka;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Operations;
using Google.Protobuf;
using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Kafka;

/// <summary>
/// Appends ticks to input partitions: the broker's append time of a tick is what lets deadlines pass when nothing else comes. Outside any
/// transaction: a tick too many means nothing.
/// </summary>
internal sealed partial class Ticker(IOptions<DlgsOptions> options, KafkaClients clients, ILogger<Ticker> logger) : IDisposable
{
    private readonly Topics topics = new(options.Value.TopicPrefix);
    private readonly Lock opening = new();
    private IProducer<Null, byte[]>? producer;

    public void Tick(int partition)
    {
        try
        {
            Open().Produce(new TopicPartition(topics.SipEvents, partition), new Message<Null, byte[]> { Value = new SipEvent { Tick = new Tick { Partition = partition } }.ToByteArray() });
        }
        catch (KafkaException e)
        {
            LogFailed(logger, topics.SipEvents, partition, e.Error.Reason);
        }
    }

    private IProducer<Null, byte[]> Open()
    {
        lock (opening)
            return producer ??= new ProducerBuilder<Null, byte[]>(clients.PlainProducer()).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
    }

    public void Dispose() => producer?.Dispose();

    [LoggerMessage(10, LogLevel.Warning, "Tick for {Topic} [{Partition}] was not sent: {Reason}")]
    private static partial void LogFailed(ILogger logger, string topic, int partition, string reason);
}
