using System.Text;
using Confluent.Kafka;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Logging;
using Dlgs.Streams.Records;
using Google.Protobuf;

namespace Dlgs.Streams.Kafka;

/// <summary>
/// The lane's transactional producer: everything that a transaction says goes to the input's partition number. Calls are retried only as
/// librdkafka says that they may be; its other errors are for the lane to decide.
/// </summary>
internal sealed class LaneOutput : IDisposable
{
    /// <summary>It ends within milliseconds.</summary>
    private static readonly TimeSpan EndTimeout = TimeSpan.FromSeconds(3);

    private static readonly Headers ProtobufHeaders = MakeHeaders("application/protobuf");
    private static readonly Headers JsonHeaders = MakeHeaders("application/json");

    private readonly IProducer<byte[], byte[]?> producer;
    private readonly ProducerCalls calls;
    private readonly LaneIdentity identity;
    private readonly bool json;
    private readonly LaneContext context;
    private RefusedRecord? refused;
    private Task? ending;

    /// <summary>With reports: which record was refused is known.</summary>
    public LaneOutput(LaneContext context, LaneIdentity identity, IProducer<byte[], byte[]?> producer, bool hasReports, CancellationToken stopping)
    {
        this.producer = producer;
        this.identity = identity;
        calls = new ProducerCalls(context.Time, stopping);
        this.context = context;
        json = context.Settings.WritesJson;
        HasReports = hasReports;
    }

    public bool HasReports { get; }

    /// <summary>The end of the transaction was asked for: from then on it may have happened, whatever the answer is.</summary>
    public bool MayBeCommitted { get; private set; }

    /// <summary>
    /// A commit was so slow that its request may have been sent twice: the late copy would end the next transaction (KAFKA-17754). A new
    /// producer is the defence.
    /// </summary>
    public bool IsSpent { get; private set; }

    /// <summary>The first record that the brokers refused; null: none, or there are no reports.</summary>
    public RefusedRecord? Refused => Volatile.Read(ref refused);

    /// <summary>A call that did not come back in time, and may still, the last one included; null: none.</summary>
    public Task? Hanging => calls.Hanging ?? (ending is { IsCompleted: false } ? ending : null);

    /// <summary>Fences a predecessor and ends its open transaction.</summary>
    public void Init(TimeSpan timeout) => calls.Retry(producer.InitTransactions, timeout);

    public void Begin()
    {
        MayBeCommitted = false;
        producer.BeginTransaction();
    }

    /// <summary>The partition record, changes, the latest record of every touched Call, and the dead letters of a partition.</summary>
    public void Publish(LanePartition partition)
    {
        TopicPartition To(string topic) => new(topic, partition.Partition);
        var changelog = To(context.Topics.DialogStore);
        // First, so that whoever waits for this transaction finds at its beginning whose it is.
        Produce(changelog, new Message<byte[], byte[]?> { Key = [], Value = ToRecord(partition).ToByteArray() });
        foreach (var change in partition.Store.Changes)
        {
            var record = change.ToRecord();
            var message = new Message<byte[], byte[]?>
            {
                Key = Encoding.UTF8.GetBytes(record.CallId),
                Value = json ? Encoding.UTF8.GetBytes(JsonFormatter.Default.Format(record)) : record.ToByteArray(),
                Headers = json ? JsonHeaders : ProtobufHeaders,
            };
            Produce(To(context.Topics.DialogChanges), message);
            if (record.Settled) Produce(To(context.Topics.Calls), message);
        }
        foreach (var touched in partition.Store.Touched)
            Produce(changelog, new Message<byte[], byte[]?> { Key = touched.CallId.ToArray(), Value = touched.Record });
        foreach (var letter in partition.DeadLetters) Produce(To(context.Topics.DeadLetters), ToMessage(letter, partition.Partition));
    }

    public void Commit(IEnumerable<TopicPartitionOffset> offsets, IConsumerGroupMetadata group, TimeSpan timeout)
    {
        calls.Start(timeout);
        calls.RunAside(left => producer.SendOffsetsToTransaction(offsets, group, left), "the group's coordinator");
        MayBeCommitted = true;
        IsSpent |= calls.Retry(producer.CommitTransaction) > context.SlowCommit;
    }

    public void Abort(TimeSpan timeout) => calls.Retry(producer.AbortTransaction, timeout);

    /// <summary>
    /// A call that hangs is in the producer: it goes when that comes back. Its end may hang as well, and the lane's other partitions with it: it is
    /// waited for, and then left behind.
    /// </summary>
    public void Dispose()
    {
        if (calls.Hanging is { } hanging)
        {
            hanging.ContinueWith(_ => producer.Dispose(), TaskScheduler.Default);
            return;
        }
        ending = Task.Factory.StartNew(producer.Dispose, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        if (Task.WaitAny([ending], EndTimeout) == 0) ending.GetAwaiter().GetResult();
    }

    /// <summary>An answer that will come again however often the same is sent: to repeat the transaction would be for ever.</summary>
    public static bool IsRefusal(Error error) =>
        error.Code is ErrorCode.MsgSizeTooLarge or ErrorCode.RecordListTooLarge or ErrorCode.InvalidRecord or ErrorCode.PolicyViolation
            or ErrorCode.UnsupportedForMessageFormat or ErrorCode.TopicAuthorizationFailed or ErrorCode.GroupAuthorizationFailed;

    public Closure WhyRefused(Error error) => new("refused",
        Refused is { } record
            ? $"the brokers refuse a record for {record.Topic} (call {record.Call}): {record.Error.Reason}"
            : $"the brokers refuse what it has to write: {error.Reason}",
        (Refused?.Error ?? error).Code switch
        {
            ErrorCode.MsgSizeTooLarge or ErrorCode.RecordListTooLarge =>
                $"It opens when max.message.bytes of {Refused?.Topic ?? "that topic"} is raised to {RecordSizes.Largest}",
            ErrorCode.TopicAuthorizationFailed or ErrorCode.GroupAuthorizationFailed =>
                $"It opens when this service's user may write {string.Join(", ", context.Topics.Outputs)}, and read as group {identity.Group}",
            _ => "It opens when what was set on the topics or the brokers is taken back",
        });

    private PartitionRecord ToRecord(LanePartition partition)
    {
        var final = partition.FinalSoon;
        return new PartitionRecord
        {
            SchemaVersion = PartitionRestore.SchemaVersion,
            SemanticsVersion = PartitionRestore.SemanticsVersion,
            LogTimeUs = partition.Store.LogTime.Micros,
            NextOffset = partition.NextOffset,
            PartitionCount = context.Registry.PartitionCount,
            Generation = partition.Generation,
            Topics = partition.Pinned,
            Group = identity.Group,
            Owner = identity.Owner,
            Member = identity.Member,
            Process = LaneIdentity.Process,
            Released = partition.IsReleased,
            SettledTerminated = final.Terminated,
            SettledNotAnswered = final.NotAnswered,
        };
    }

    private void Produce(TopicPartition to, Message<byte[], byte[]?> message)
    {
        while (true)
        {
            try
            {
                producer.Produce(to, message, HasReports ? Note : null);
                return;
            }
            catch (ProduceException<byte[], byte[]?> e) when (e.Error.Code == ErrorCode.Local_QueueFull)
            {
                producer.Poll(TimeSpan.FromMilliseconds(50));
            }
        }
    }

    /// <summary>On the producer's own thread. What an abort throws away was not refused.</summary>
    private void Note(DeliveryReport<byte[], byte[]?> report)
    {
        if (IsRefusal(report.Error))
            Interlocked.CompareExchange(ref refused, new RefusedRecord(report.Topic, Mask.Always.Call(report.Message.Key), report.Error), null);
    }

    private Message<byte[], byte[]?> ToMessage(DeadLetter letter, int partition)
    {
        var headers = new Headers();
        void Add(string name, string value) => headers.Add(name, Encoding.UTF8.GetBytes(value));
        Add("cause", letter.Failure.Name());
        Add("origin-topic", context.Topics.SipEvents);
        Add("origin-partition", $"{partition}");
        Add("origin-offset", $"{letter.Offset}");
        Add("origin-timestamp", $"{letter.TimestampMs}");
        if (letter.Exception is not null) Add("exception", letter.Exception);
        if (!context.Settings.KeepsDeadValues)
        {
            Add("value-bytes", $"{letter.Value?.Length ?? 0}");
            return new Message<byte[], byte[]?> { Key = null!, Value = null, Headers = headers };
        }
        // What is left over is for the headers: a letter that did not fit would stop the partition that it was to save.
        var (ofValue, ofKey) = (context.LetterBytes / 4 * 3, context.LetterBytes / 8);
        if (letter.Value?.Length > ofValue) Add("cut-from-bytes", $"{letter.Value.Length}");
        return new Message<byte[], byte[]?> { Key = Cut(letter.Key, ofKey)!, Value = Cut(letter.Value, ofValue), Headers = headers };
    }

    private static byte[]? Cut(byte[]? bytes, int length) => bytes?.Length > length ? bytes[..length] : bytes;

    private static Headers MakeHeaders(string contentType) =>
        new() { { "message-type", Encoding.UTF8.GetBytes(DialogChange.Descriptor.FullName) }, { "content-type", Encoding.UTF8.GetBytes(contentType) } };
}

/// <summary>A record that the brokers will not take, however often it is sent.</summary>
/// <param name="Topic">The output topic.</param>
/// <param name="Call">Its Call-ID, masked: the closure is told to all who ask how the partitions are.</param>
/// <param name="Error">What the broker said.</param>
internal sealed record RefusedRecord(string Topic, string Call, Error Error);
