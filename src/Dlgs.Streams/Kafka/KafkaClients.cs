using Confluent.Kafka;
using Dlgs.Streams.Operations;
using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Kafka;

/// <summary>
/// The configurations of all Kafka clients. What exactly-once stands on is set last, after the operator's own settings. Ids are instance
/// and lane, and stable: a successor takes over at once instead of after a time-out.
/// </summary>
internal sealed class KafkaClients(IOptions<DlgsOptions> options, EmbeddedBroker embedded)
{
    /// <summary>A transaction that its owner left open blocks billing for so long at the most.</summary>
    private const int TransactionTimeoutMs = 10_000;

    private readonly DlgsOptions settings = options.Value;

    public bool IsEmbedded => settings.Embedded;

    public ConsumerConfig InputConsumer(int lane)
    {
        var config = new ConsumerConfig(Common())
        {
            GroupId = settings.Group,
            GroupInstanceId = $"{settings.Instance}-{lane}",
            // Proxies write no transactions, but only then are a dead owner's pending offsets waited for (KIP-447).
            IsolationLevel = IsolationLevel.ReadCommitted,
            EnableAutoCommit = false,
            EnableAutoOffsetStore = false,
            // A gap is an alarm, never a silent jump.
            AutoOffsetReset = AutoOffsetReset.Error,
            ConsumeResultFields = "timestamp",
            QueuedMaxMessagesKbytes = 4096,
        };
        // The default stalls consumption for a second whenever the queue was full.
        config.Set("fetch.queue.backoff.ms", "10");
        if (!IsEmbedded)
        {
            config.PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky;
            config.SessionTimeoutMs = 30_000;
            // A cooperative move costs a heartbeat.
            config.HeartbeatIntervalMs = 300;
            return config;
        }
        // The mock cluster's classic rebalances take most of a session time-out; and it holds an empty fetch for all of the wait.
        config.GroupProtocol = GroupProtocol.Consumer;
        config.FetchWaitMaxMs = 10;
        return config;
    }

    public ConsumerConfig RestoreConsumer() => new(Common())
    {
        // Assigned by hand; librdkafka wants a name all the same.
        GroupId = settings.Group + "-restore",
        IsolationLevel = IsolationLevel.ReadCommitted,
        EnableAutoCommit = false,
        EnableAutoOffsetStore = false,
        AutoOffsetReset = AutoOffsetReset.Earliest,
        ConsumeResultFields = "none",
        FetchWaitMaxMs = 10,
        QueuedMaxMessagesKbytes = 16_384,
    };

    public ProducerConfig TransactionalProducer(int lane) => new(Common())
    {
        TransactionalId = $"{settings.TopicPrefix}{settings.Group}-{settings.Instance}-{lane}",
        TransactionTimeoutMs = TransactionTimeoutMs,
        EnableIdempotence = true,
        Acks = Acks.All,
        LingerMs = 5,
        BatchSize = 1_000_000,
        // The record of a call at all its bounds takes some 3 MB; the topic allows as much.
        MessageMaxBytes = TopicCheck.MaxRecordBytes,
        EnableDeliveryReports = false,
    };

    public ProducerConfig PlainProducer() => new(Common())
    {
        EnableIdempotence = true,
        Acks = Acks.All,
        LingerMs = 5,
        Partitioner = Partitioner.Murmur2Random,
    };

    public AdminClientConfig Admin() => new(Common());

    private Dictionary<string, string> Common()
    {
        var config = new Dictionary<string, string>(settings.Kafka)
        {
            ["bootstrap.servers"] = IsEmbedded ? embedded.BootstrapServers : settings.BootstrapServers!,
        };
        config.TryAdd("client.id", $"dlgs-{settings.Instance}");
        return config;
    }
}
