using Confluent.Kafka;

namespace Dlgs.Streams.Tests.Kafka;

/// <summary>A producer to the input that does as the test says. It keeps where the records went.</summary>
internal sealed class ScriptedInputProducer(Action<Error> failed) : IProducer<byte[]?, byte[]>
{
    private Action<DeliveryReport<byte[]?, byte[]>>? delivered;

    public List<int> Sent { get; } = [];

    public byte[]? LastKey { get; private set; }

    public bool IsDisposed { get; private set; }

    /// <summary>What Produce throws.</summary>
    public Error? Refusal { get; set; }

    public Handle Handle => throw new NotSupportedException();

    public string Name => "input";

    public void Produce(TopicPartition topicPartition, Message<byte[]?, byte[]> message, Action<DeliveryReport<byte[]?, byte[]>>? deliveryHandler = null)
    {
        if (Refusal is not null)
            throw new ProduceException<byte[]?, byte[]>(
                Refusal, new DeliveryResult<byte[]?, byte[]> { TopicPartitionOffset = new TopicPartitionOffset(topicPartition, Offset.Unset) });
        Sent.Add(topicPartition.Partition.Value);
        LastKey = message.Key;
        delivered = deliveryHandler;
    }

    /// <summary>Says what became of the last record.</summary>
    public void Deliver(Error error, long offset = -1) => delivered!(new DeliveryReport<byte[]?, byte[]> { Error = error, Offset = offset });

    public void Fail(Error error) => failed(error);

    /// <summary>As a client that has failed for good may.</summary>
    public void Dispose()
    {
        IsDisposed = true;
        throw new KafkaException(new Error(ErrorCode.Local_Fatal, "The script's producer fails even here"));
    }

    public Task<DeliveryResult<byte[]?, byte[]>> ProduceAsync(string topic, Message<byte[]?, byte[]> message, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public Task<DeliveryResult<byte[]?, byte[]>> ProduceAsync(
        TopicPartition topicPartition, Message<byte[]?, byte[]> message, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public void Produce(string topic, Message<byte[]?, byte[]> message, Action<DeliveryReport<byte[]?, byte[]>>? deliveryHandler = null) =>
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
