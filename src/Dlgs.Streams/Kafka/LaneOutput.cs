using System.Text;
using Confluent.Kafka;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Records;
using Google.Protobuf;

namespace Dlgs.Streams.Kafka;

/// <summary>
/// The lane's transactional producer: everything that a transaction says goes to the input's partition number. Calls are retried only as
/// librdkafka says that they may be; its other errors are for the lane to decide.
/// </summary>
internal sealed class LaneOutput : IDisposable
{
    private static readonly Headers ProtobufHeaders = MakeHeaders("application/protobuf");
    private static readonly Headers JsonHeaders = MakeHeaders("application/json");

    private readonly IProducer<byte[], byte[]?> producer;
    private readonly Topics topics;
    private readonly bool json;
    private readonly int partitionCount;

    public LaneOutput(LaneContext context, int lane)
    {
        topics = context.Topics;
        json = context.Settings.OutputFormat == "json";
        partitionCount = context.Registry.PartitionCount;
        producer = new ProducerBuilder<byte[], byte[]?>(context.Clients.TransactionalProducer(lane)).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
    }

    /// <summary>Fences a predecessor and ends its open transaction.</summary>
    public void Init(TimeSpan timeout) => Retry(() => producer.InitTransactions(timeout));

    public void Begin() => producer.BeginTransaction();

    /// <summary>Changes, the latest record of every touched Call, the partition record and the dead letters of a partition. Returns the number of changes.</summary>
    public int Publish(LanePartition partition)
    {
        var number = new Partition(partition.Partition);
        foreach (var change in partition.Store.Changes)
        {
            var record = change.ToRecord();
            var message = new Message<byte[], byte[]?>
            {
                Key = Encoding.UTF8.GetBytes(record.CallId),
                Value = json ? Encoding.UTF8.GetBytes(JsonFormatter.Default.Format(record)) : record.ToByteArray(),
                Headers = json ? JsonHeaders : ProtobufHeaders,
            };
            Produce(new TopicPartition(topics.DialogChanges, number), message);
            if (record.Settled) Produce(new TopicPartition(topics.Calls, number), message);
        }
        var changelog = new TopicPartition(topics.DialogStore, number);
        foreach (var touched in partition.Store.Touched) Produce(changelog, new Message<byte[], byte[]?> { Key = touched.CallId.ToArray(), Value = touched.Record });
        Produce(changelog, new Message<byte[], byte[]?> { Key = [], Value = PartitionRestore.Encode(partition, partitionCount) });
        foreach (var letter in partition.DeadLetters) Produce(new TopicPartition(topics.DeadLetters, number), ToMessage(letter, partition.Partition));
        return partition.Store.Changes.Count;
    }

    public void Commit(IEnumerable<TopicPartitionOffset> offsets, IConsumerGroupMetadata group, TimeSpan timeout)
    {
        Retry(() => producer.SendOffsetsToTransaction(offsets, group, timeout));
        Retry(() => producer.CommitTransaction(timeout));
    }

    public void Abort(TimeSpan timeout) => Retry(() => producer.AbortTransaction(timeout));

    public void Dispose() => producer.Dispose();

    private void Produce(TopicPartition to, Message<byte[], byte[]?> message)
    {
        while (true)
        {
            try
            {
                producer.Produce(to, message);
                return;
            }
            catch (ProduceException<byte[], byte[]?> e) when (e.Error.Code == ErrorCode.Local_QueueFull)
            {
                producer.Poll(TimeSpan.FromMilliseconds(50));
            }
        }
    }

    private static void Retry(Action call)
    {
        const int Attempts = 5;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                call();
                return;
            }
            catch (KafkaRetriableException) when (attempt < Attempts)
            {
                // librdkafka has waited for as long as it was told; the same call goes on where it was.
            }
        }
    }

    private Message<byte[], byte[]?> ToMessage(DeadLetter letter, int partition)
    {
        var headers = new Headers();
        void Add(string name, string value) => headers.Add(name, Encoding.UTF8.GetBytes(value));
        Add("cause", letter.Failure.ToString());
        Add("origin-topic", topics.SipEvents);
        Add("origin-partition", $"{partition}");
        Add("origin-offset", $"{letter.Offset}");
        Add("origin-timestamp", $"{letter.TimestampMs}");
        return new Message<byte[], byte[]?> { Key = letter.Key!, Value = letter.Value, Headers = headers };
    }

    private static Headers MakeHeaders(string contentType) =>
        new() { { "message-type", Encoding.UTF8.GetBytes(DialogChange.Descriptor.FullName) }, { "content-type", Encoding.UTF8.GetBytes(contentType) } };
}
