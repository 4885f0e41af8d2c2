using Confluent.Kafka;

namespace Dlgs.Streams.Tests.Kafka;

/// <summary>A producer of ticks that does as the test says. It keeps the ticks that were sent.</summary>
internal sealed class ScriptedTicks(Action<Error> failed) : IProducer<Null, byte[]>
{
    private Action<DeliveryReport<Null, byte[]>>? delivered;

    public List<int> Sent { get; } = [];

    public bool IsDisposed { get; private set; }

    /// <summary>What Produce throws.</summary>
    public Error? Refusal { get; set; }

    public Handle Handle => throw new NotSupportedException();

    public string Name => "ticks";

    public void Produce(TopicPartition topicPartition, Message<Null, byte[]> message, Action<DeliveryReport<Null, byte[]>>? deliveryHandler = null)
    {
        if (Refusal is not null)
            throw new ProduceException<Null, byte[]>(Refusal,
                new DeliveryResult<Null, byte[]> { TopicPartitionOffset = new TopicPartitionOffset(topicPartition, Offset.Unset) });
        Sent.Add(topicPartition.Partition.Value);
        delivered = deliveryHandler;
    }

    public void Deliver(Error error) => delivered!(new DeliveryReport<Null, byte[]> { Error = error });

    public void Fail(Error error) => failed(error);

    /// <summary>As a client that has failed for good may.</summary>
    public void Dispose()
    {
        IsDisposed = true;
        throw new KafkaException(new Error(ErrorCode.Local_Fatal, "The script's producer fails even here"));
    }

    public Task<DeliveryResult<Null, byte[]>> ProduceAsync(string topic, Message<Null, byte[]> message, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public Task<DeliveryResult<Null, byte[]>> ProduceAsync(
        TopicPartition topicPartition, Message<Null, byte[]> message, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public void Produce(string topic, Message<Null, byte[]> message, Action<DeliveryReport<Null, byte[]>>? deliveryHandler = null) =>
        throw new NotSupportedException();

    public int Poll(TimeSpan timeout) => throw new NotSupportedException();

    public int Flush(TimeSpan timeout) => throw new NotSupportedException();

    public void Flush(CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public void InitTransactions(TimeSpan timeout) => throw new NotSupportedException();

    public void BeginTransaction() => throw new NotSupportedException();

    public void CommitTransaction(TimeSpan timeout) => throw new NotSupportedException();

    public void CommitTransaction() => throw new NotSupportedException();

    public void AbortTransaction(TimeSpan timeout) => throw new NotSupportedException();

    public void AbortTransaction() => throw new NotSupportedException();

    public void SendOffsetsToTransaction(IEnumerable<TopicPartitionOffset> offsets, IConsumerGroupMetadata groupMetadata, TimeSpan timeout) =>
        throw new NotSupportedException();

    public int AddBrokers(string brokers) => throw new NotSupportedException();

    public void SetSaslCredentials(string username, string password) => throw new NotSupportedException();
}
