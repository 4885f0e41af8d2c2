using Confluent.Kafka;

namespace Dlgs.Streams.Tests.Kafka;

/// <summary>A transactional producer that writes a transaction's records when it commits, if its script lets it.</summary>
internal sealed class ScriptedOutput(ScriptedClients script, IProducer<byte[], byte[]?> topics) : IProducer<byte[], byte[]?>
{
    private readonly List<(TopicPartition To, Message<byte[], byte[]?> Message)> records = [];
    private readonly List<TopicPartitionOffset> offsets = [];
    private Action<DeliveryReport<byte[], byte[]?>>? report;

    public Handle Handle => topics.Handle;

    public string Name => topics.Name;

    public void InitTransactions(TimeSpan timeout)
    {
    }

    public void BeginTransaction() => Clear();

    public void Produce(TopicPartition topicPartition, Message<byte[], byte[]?> message, Action<DeliveryReport<byte[], byte[]?>>? deliveryHandler = null)
    {
        records.Add((topicPartition, message));
        report = deliveryHandler;
    }

    public void SendOffsetsToTransaction(IEnumerable<TopicPartitionOffset> offsets, IConsumerGroupMetadata groupMetadata, TimeSpan timeout)
    {
        if (script.CoordinatorHangs()) script.CoordinatorIsBack.Wait();
        this.offsets.AddRange(offsets);
    }

    public void CommitTransaction(TimeSpan timeout)
    {
        var fate = script.Fate([.. records.Select(record => record.To)]);
        if (fate == CommitFate.Refused)
        {
            var error = new Error(ErrorCode.MsgSizeTooLarge, "Broker: Message size too large");
            report?.Invoke(new DeliveryReport<byte[], byte[]?> { Topic = records[0].To.Topic, Message = records[0].Message, Error = error });
            throw new KafkaTxnRequiresAbortException(error);
        }
        if (fate == CommitFate.Slow) Assert.False(script.CoordinatorIsBack.Wait(TimeSpan.FromMilliseconds(100)));
        if (fate is CommitFate.Done or CommitFate.Slow or CommitFate.AnswerLost) Write();
        Clear();
        if (fate is not (CommitFate.Done or CommitFate.Slow)) throw new KafkaException(new Error(ErrorCode.Local_TimedOut, "The script lost it"));
    }

    public void AbortTransaction(TimeSpan timeout)
    {
        script.Aborts++;
        Clear();
    }

    public void Dispose()
    {
        if (script.EndHangs()) script.CoordinatorIsBack.Wait();
        script.OutputsDisposed++;
        topics.Dispose();
    }

    public int Poll(TimeSpan timeout) => 0;

    public int AddBrokers(string brokers) => throw new NotSupportedException();

    public void SetSaslCredentials(string username, string password) => throw new NotSupportedException();

    public Task<DeliveryResult<byte[], byte[]?>> ProduceAsync(string topic, Message<byte[], byte[]?> message, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public Task<DeliveryResult<byte[], byte[]?>> ProduceAsync(
        TopicPartition topicPartition, Message<byte[], byte[]?> message, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public void Produce(string topic, Message<byte[], byte[]?> message, Action<DeliveryReport<byte[], byte[]?>>? deliveryHandler = null) =>
        throw new NotSupportedException();

    public int Flush(TimeSpan timeout) => throw new NotSupportedException();

    public void Flush(CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public void CommitTransaction() => throw new NotSupportedException();

    public void AbortTransaction() => throw new NotSupportedException();

    private void Write()
    {
        foreach (var (to, message) in records) topics.Produce(to, message);
        if (topics.Flush(TimeSpan.FromSeconds(10)) != 0) throw new InvalidOperationException("The embedded broker does not answer.");
        foreach (var offset in offsets) script.Committed.Enqueue(offset);
    }

    private void Clear()
    {
        records.Clear();
        offsets.Clear();
    }
}
