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
    private static readonly TimeSpan ShortestCall = TimeSpan.FromMilliseconds(100);

    private static readonly Headers ProtobufHeaders = MakeHeaders("application/protobuf");
    private static readonly Headers JsonHeaders = MakeHeaders("application/json");

    private readonly IProducer<byte[], byte[]?> producer;
    private readonly Topics topics;
    private readonly bool json;
    private readonly int partitionCount;
    private readonly int letterBytes;
    private readonly TimeProvider time;

    public LaneOutput(LaneContext context, IProducer<byte[], byte[]?> producer)
    {
        this.producer = producer;
        letterBytes = context.LetterBytes;
        time = context.Time;
        topics = context.Topics;
        json = context.Settings.OutputFormat == "json";
        partitionCount = context.Registry.PartitionCount;
    }

    /// <summary>Fences a predecessor and ends its open transaction.</summary>
    public void Init(TimeSpan timeout) => Retry(producer.InitTransactions, time.GetTimestamp(), timeout);

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
        var start = time.GetTimestamp();
        Retry(left => producer.SendOffsetsToTransaction(offsets, group, left), start, timeout);
        Retry(producer.CommitTransaction, start, timeout);
    }

    public void Abort(TimeSpan timeout) => Retry(producer.AbortTransaction, time.GetTimestamp(), timeout);

    public void Dispose() => producer.Dispose();

    /// <summary>An answer that will come again however often the same is sent: to repeat the transaction would be for ever.</summary>
    public static bool IsRefusal(Error error) => error.Code is ErrorCode.MsgSizeTooLarge or ErrorCode.RecordListTooLarge or ErrorCode.InvalidRecord or ErrorCode.PolicyViolation
        or ErrorCode.UnsupportedForMessageFormat or ErrorCode.TopicAuthorizationFailed or ErrorCode.GroupAuthorizationFailed;

    public static string WhyRefused(Error error, Topics topics) => $"the brokers refuse what it has to write ({error.Reason}). " + error.Code switch
    {
        ErrorCode.MsgSizeTooLarge or ErrorCode.RecordListTooLarge => $"Raise max.message.bytes of that topic to {TopicCheck.MaxRecordBytes}",
        ErrorCode.TopicAuthorizationFailed or ErrorCode.GroupAuthorizationFailed => $"Give this service's user the rights to write {string.Join(", ", topics.Outputs)}, and to read as its group",
        _ => "Take back what was set on the topics or the brokers",
    } + ", and restart this instance";

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

    /// <summary>A retriable error says that the same call goes on where it was; but only for as long as there is time.</summary>
    private void Retry(Action<TimeSpan> call, long start, TimeSpan timeout)
    {
        while (true)
        {
            var left = timeout - time.GetElapsedTime(start);
            try
            {
                call(left > ShortestCall ? left : ShortestCall);
                return;
            }
            catch (KafkaRetriableException) when (time.GetElapsedTime(start) < timeout)
            {
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
        if (letter.Exception is not null) Add("exception", letter.Exception);
        // What is left over is for the headers: a letter that did not fit would stop the partition that it was to save.
        var (ofValue, ofKey) = (letterBytes / 4 * 3, letterBytes / 8);
        if (letter.Value?.Length > ofValue) Add("cut-from-bytes", $"{letter.Value.Length}");
        return new Message<byte[], byte[]?> { Key = Cut(letter.Key, ofKey)!, Value = Cut(letter.Value, ofValue), Headers = headers };
    }

    private static byte[]? Cut(byte[]? bytes, int length) => bytes?.Length > length ? bytes[..length] : bytes;

    private static Headers MakeHeaders(string contentType) =>
        new() { { "message-type", Encoding.UTF8.GetBytes(DialogChange.Descriptor.FullName) }, { "content-type", Encoding.UTF8.GetBytes(contentType) } };
}
