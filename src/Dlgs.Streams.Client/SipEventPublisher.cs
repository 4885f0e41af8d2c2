using Confluent.Kafka;
using Dlgs.Streams.Contracts.V1;
using Google.Protobuf;

namespace Dlgs.Streams.Client;

/// <summary>
/// Publishes SIP events with the right key to the right partition, idempotently. For .NET proxies and gateways: one for the whole process;
/// thread-safe, its disposal excepted.
/// </summary>
public sealed partial class SipEventPublisher : IDisposable
{
    private const string Input = "sip-events";
    private const string Store = "dialog-store";

    /// <summary>What it takes to hold an event, here and in the client, beside its bytes: as seen, with a million that waited.</summary>
    private const int EventOverhead = 700;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);
    private readonly IProducer<byte[], byte[]> producer;
    private readonly int partitions;
    private long delivered;
    private long failed;
    private long waitingBytes;

    /// <summary>Opens a producer, and asks the brokers how many partitions there are: it waits for them, 30 s at the most.</summary>
    /// <param name="settings">
    /// librdkafka's, by its names; bootstrap.servers is required. enable.idempotence and acks are set here (true, all); linger.ms is 5 unless given.
    /// </param>
    /// <param name="topic">The service's input: its topic_prefix and "sip-events"; dlgs.sip-events unless that was changed.</param>
    /// <exception cref="InvalidOperationException">The topic does not exist, no broker answers, or librdkafka does not know a setting.</exception>
    /// <exception cref="ArgumentException">librdkafka does not take a setting's value.</exception>
    public SipEventPublisher(IEnumerable<KeyValuePair<string, string>> settings, string topic)
    {
        Topic = topic;
        var config = new ProducerConfig(settings.ToDictionary()) { EnableIdempotence = true, Acks = Acks.All };
        config.LingerMs ??= 5;
        producer = new ProducerBuilder<byte[], byte[]>(config).SetLogHandler((_, _) => { }).SetErrorHandler((_, error) => Note(error)).Build();
        using var admin = new DependentAdminClientBuilder(producer.Handle).Build();
        // Not of the one topic: asking for it could make it, with settings that the service refuses.
        try
        {
            partitions = PartitionsOf(admin.GetMetadata(Timeout).Topics, topic);
        }
        catch (KafkaException e)
        {
            producer.Dispose();
            throw new InvalidOperationException($"No broker answers: {e.Message}", e);
        }
        if (partitions > 0) return;
        producer.Dispose();
        throw new InvalidOperationException($"Topic {topic} does not exist: 'dlgs serve' makes it when it starts.");
    }

    /// <summary>The topic of SIP events, as it was made with.</summary>
    public string Topic { get; }

    /// <summary>Number of events that the brokers have taken, all replicas in sync included.</summary>
    public long Delivered => Interlocked.Read(ref delivered);

    /// <summary>Number of events that they have not, for good: too large, refused, or not taken within message.timeout.ms (5 min).</summary>
    public long Failed => Interlocked.Read(ref failed);

    /// <summary>What the client complained of last, in librdkafka's words; null: of nothing so far. It may be over already.</summary>
    public string? LastError { get; private set; }

    /// <summary>
    /// The client has failed for good, or the topic has not the partitions any more that it had: further events fail, and only another publisher can
    /// take them.
    /// </summary>
    public bool IsSpent { get; private set; }

    /// <summary>
    /// Bytes of memory that events may take while they wait for the brokers, some 700 for each beside its own included; above it there is no room for
    /// one. Default: no limit but librdkafka's, which counts neither those 700 nor cheaply.
    /// </summary>
    public long MaxWaitingBytes { get; set; } = long.MaxValue;

    /// <summary>
    /// Is called with the Call-ID and the bytes of each event that was queued, and that the brokers have not taken, for good: on the client's thread,
    /// which must not be held up. Null, the default: nobody asks.
    /// </summary>
    public Action<byte[], byte[]>? NotTaken { get; set; }

    /// <summary>
    /// Queues an event: the caller's thread does not wait for the brokers, unless 100,000 events (queue.buffering.max.messages) wait already. The
    /// outcome shows in <see cref="Delivered"/> and <see cref="Failed"/>.
    /// </summary>
    /// <param name="sipEvent">The event; its fields are those of sip_event.proto. It is copied: the caller may reuse it.</param>
    /// <param name="cancellation">Ends the wait for room in the queue.</param>
    /// <exception cref="ArgumentException">The event has no Call-ID.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before it was queued.</exception>
    public void Publish(SipEvent sipEvent, CancellationToken cancellation = default)
    {
        var (to, message) = Address(sipEvent);
        cancellation.ThrowIfCancellationRequested();
        while (!TryProduce(to, message))
        {
            producer.Poll(TimeSpan.FromMilliseconds(50));
            cancellation.ThrowIfCancellationRequested();
        }
    }

    /// <summary>
    /// Queues an event that is encoded already, and never waits: for whoever has to say at once that there is no room. The outcome shows in
    /// <see cref="Delivered"/> and <see cref="Failed"/>.
    /// </summary>
    /// <param name="callId">The Call-ID's bytes, as they stand in the event. They are copied.</param>
    /// <param name="sipEvent">A SipEvent in the protobuf wire format. It is copied.</param>
    /// <returns>False: there is no room in the queue (<see cref="MaxWaitingBytes"/>, queue.buffering.max.messages, .kbytes), and nothing was queued.</returns>
    /// <exception cref="ArgumentException">There is no Call-ID.</exception>
    public bool TryPublish(ReadOnlySpan<byte> callId, ReadOnlySpan<byte> sipEvent)
    {
        if (callId.IsEmpty) throw new ArgumentException("An event needs a Call-ID.", nameof(callId));
        if (!HasRoom) return false;
        var to = new TopicPartition(Topic, CallIdPartitioner.PartitionOf(callId, partitions));
        return TryProduce(to, new Message<byte[], byte[]> { Key = callId.ToArray(), Value = sipEvent.ToArray() });
    }

    /// <summary>Waits until everything queued was delivered or failed.</summary>
    /// <param name="timeout">How long, at the most.</param>
    /// <returns>False: time ran out.</returns>
    public bool Flush(TimeSpan timeout) => producer.Flush(timeout) == 0;

    /// <summary>Where the input got more partitions than the service's store has, calls are still hashed over the store's.</summary>
    private static int PartitionsOf(List<TopicMetadata> topics, string topic)
    {
        var partitions = topics.Find(t => t.Topic == topic)?.Partitions.Count ?? 0;
        if (!topic.EndsWith(Input, StringComparison.Ordinal)) return partitions;
        var pinned = topics.Find(t => t.Topic == topic[..^Input.Length] + Store)?.Partitions.Count ?? 0;
        return pinned > 0 ? Math.Min(pinned, partitions) : partitions;
    }

    private bool HasRoom => Volatile.Read(ref waitingBytes) < MaxWaitingBytes;

    private bool TryProduce(TopicPartition to, Message<byte[], byte[]> message)
    {
        if (!HasRoom) return false;
        Interlocked.Add(ref waitingBytes, BytesOf(message));
        try
        {
            producer.Produce(to, message, Report);
        }
        catch (ProduceException<byte[], byte[]> e) when (e.Error.Code == ErrorCode.Local_QueueFull)
        {
            Release(message);
            return false;
        }
        catch (ProduceException<byte[], byte[]> e)
        {
            // Refused before it was sent, too large for one: an outcome like any other.
            Fail(e.Error, message);
        }
        return true;
    }

    private void Release(Message<byte[], byte[]> message) => Interlocked.Add(ref waitingBytes, -BytesOf(message));

    private static int BytesOf(Message<byte[], byte[]> message) => message.Key.Length + message.Value.Length + EventOverhead;

    private (TopicPartition To, Message<byte[], byte[]> Message) Address(SipEvent sipEvent)
    {
        ArgumentException.ThrowIfNullOrEmpty(sipEvent.CallId);
        var key = System.Text.Encoding.UTF8.GetBytes(sipEvent.CallId);
        var to = new TopicPartition(Topic, CallIdPartitioner.PartitionOf(key, partitions));
        return (to, new Message<byte[], byte[]> { Key = key, Value = sipEvent.ToByteArray() });
    }

    private void Note(Error error)
    {
        LastError = error.Reason;
        if (error.IsFatal) IsSpent = true;
    }

    private void Report(DeliveryReport<byte[], byte[]> report)
    {
        if (report.Error.IsError)
        {
            Fail(report.Error, report.Message);
            return;
        }
        Release(report.Message);
        Interlocked.Increment(ref delivered);
    }

    private void Fail(Error error, Message<byte[], byte[]> message)
    {
        Fail(error);
        Release(message);
        NotTaken?.Invoke(message.Key, message.Value);
    }

    private void Fail(Error error)
    {
        Note(error);
        // It was deleted, or made anew with fewer: the number that Call-IDs are hashed over is another.
        if (error.Code is ErrorCode.Local_UnknownPartition or ErrorCode.Local_UnknownTopic or ErrorCode.UnknownTopicOrPart) IsSpent = true;
        Interlocked.Increment(ref failed);
    }

    /// <summary>Closes the producer. What was not flushed is lost: <see cref="Flush"/> first.</summary>
    public void Dispose() => producer.Dispose();
}
