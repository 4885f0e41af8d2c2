using System.Globalization;
using Confluent.Kafka;
using Dlgs.Streams.Settings;
using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Kafka;

/// <summary>
/// The configurations of all Kafka clients: defaults of ours, the operator's own settings over them, and last what exactly-once depends on.
/// Ids are instance and lane, and stable: a successor takes over at once instead of after a time-out.
/// </summary>
internal sealed class KafkaClients(IOptions<ClusterOptions> options, EmbeddedBroker embedded)
{
    private const int DefaultBatchBytes = 1_000_000;

    private readonly ClusterOptions settings = options.Value;

    /// <summary>Of librdkafka, as loaded.</summary>
    public static string LibraryVersion => Library.VersionString;

    public bool IsEmbedded => settings.Embedded;

    public string BootstrapServers => IsEmbedded ? embedded.BootstrapServers : settings.BootstrapServers!;

    /// <summary>After so long without a heartbeat the group gives a lane's partitions away.</summary>
    public TimeSpan SessionTimeout => TimeSpan.FromMilliseconds(Number("session.timeout.ms", KafkaSettings.DefaultSessionTimeoutMs));

    /// <summary>How long a commit proves that the group has us: somewhat less than the session after which it may give our partitions away.</summary>
    public TimeSpan ProofLifetime => SessionTimeout * 0.8;

    /// <summary>How long a lane may go without a commit.</summary>
    public TimeSpan ProofInterval => SessionTimeout / 6;

    /// <summary>
    /// Who a lane is to the brokers and in the store. The prefix is in every id: two services may have an
    /// instance of the same name. No prefix and no name has a slash: 'a.' with 'b.x' is not 'a.b.' with 'x'.
    /// Kafka takes none in a member's id, which only its group has to tell apart.
    /// </summary>
    public LaneIdentity IdentityOf(int lane) =>
        new(settings.GroupName, $"{settings.TopicPrefix}/{settings.Instance}/{lane}", $"{settings.TopicPrefix}{settings.Instance}-{lane}");

    /// <summary>The largest batch of the lanes' producers; a record that is larger goes alone.</summary>
    public int OutputBatchBytes => Number("batch.size", DefaultBatchBytes);

    /// <summary>The operator's setting, or ours.</summary>
    private int Number(string name, int ours) =>
        int.TryParse(settings.Kafka.GetValueOrDefault(name), CultureInfo.InvariantCulture, out var theirs) && theirs > 0 ? theirs : ours;

    /// <summary>
    /// Makes each client once, where the operator has set anything: librdkafka checks a setting, and what it may be beside others, only then.
    /// Throws <see cref="OptionsValidationException"/>.
    /// </summary>
    public void Check()
    {
        if (settings.Kafka.Count == 0) return;
        string[] failures = [.. new[]
        {
            WhyNot(() => new ConsumerBuilder<Ignore, Ignore>(InputConsumer(0)).BuildSilent()),
            WhyNot(() => new ConsumerBuilder<Ignore, Ignore>(RestoreConsumer()).BuildSilent()),
            WhyNot(() => new ConsumerBuilder<Ignore, Ignore>(WatchConsumer()).BuildSilent()),
            WhyNot(() => new ProducerBuilder<Null, Null>(TransactionalProducer(0)).BuildSilent()),
            WhyNot(() => OpenInputProducer(_ => { })),
            WhyNot(() => new AdminClientBuilder(Admin()).BuildSilent()),
        }.OfType<string>().Distinct()];
        if (failures.Length > 0) throw new OptionsValidationException(Options.DefaultName, typeof(ClusterOptions), failures);
    }

    private static string? WhyNot(Func<IClient> open)
    {
        try
        {
            open().Dispose();
            return null;
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or KafkaException)
        {
            return $"kafka: {e.Message.TrimEnd('.')}.";
        }
    }

    public ConsumerConfig InputConsumer(int lane)
    {
        var config = new ConsumerConfig(Common([("queued.max.messages.kbytes", "4096"), .. GroupDefaults(), .. FetchDefaults()]))
        {
            GroupId = settings.GroupName,
            GroupInstanceId = IdentityOf(lane).Member,
            // Proxies write no transactions, but only then are a dead owner's pending offsets waited for (KIP-447).
            IsolationLevel = IsolationLevel.ReadCommitted,
            EnableAutoCommit = false,
            EnableAutoOffsetStore = false,
            // A gap is an alarm, never a silent jump.
            AutoOffsetReset = AutoOffsetReset.Error,
            ConsumeResultFields = "timestamp",
        };
        if (IsEmbedded) config.GroupProtocol = GroupProtocol.Consumer;
        return config;
    }

    /// <summary>Of the group, and no member: it only asks for offsets. With read_committed it waits for those that are pending (KIP-447).</summary>
    public ConsumerConfig OffsetConsumer() => new(Common([]))
    {
        GroupId = settings.GroupName,
        IsolationLevel = IsolationLevel.ReadCommitted,
        EnableAutoCommit = false,
    };

    public ConsumerConfig RestoreConsumer() => AssignedConsumer("restore", resultFields: "none", ("queued.max.messages.kbytes", "16384"));

    /// <summary>Of one who watches, at whose pace it reads: little is fetched ahead.</summary>
    public ConsumerConfig WatchConsumer() =>
        AssignedConsumer("watch", resultFields: "all", ("queued.max.messages.kbytes", "1024"), ("max.partition.fetch.bytes", "262144"));

    /// <summary>Partitions are assigned to it by hand; librdkafka wants a group's name all the same.</summary>
    private ConsumerConfig AssignedConsumer(string use, string resultFields, params (string, string)[] defaults) =>
        new(Common([.. defaults, .. FetchDefaults()]))
        {
            GroupId = $"{settings.GroupName}-{use}",
            IsolationLevel = IsolationLevel.ReadCommitted,
            EnableAutoCommit = false,
            EnableAutoOffsetStore = false,
            // What is gone is missing to whoever reads, who has to hear of it.
            AutoOffsetReset = AutoOffsetReset.Error,
            ConsumeResultFields = resultFields,
        };

    /// <summary>Reports on each record cost memory and time, and are asked for only where a record is refused and it is not known which.</summary>
    public ProducerConfig TransactionalProducer(int lane, bool reports = false) =>
        new(TransactionalProducer(IdentityOf(lane).Owner)) { EnableDeliveryReports = reports };

    public ProducerConfig TransactionalProducer(string transactionalId) =>
        // What its owner left open blocks billing for the transaction's time-out, at the most; and it is over before the session is.
        new(Common([("transaction.timeout.ms", "5000"), ("linger.ms", "5"), ("batch.size", $"{DefaultBatchBytes}")]))
        {
            TransactionalId = transactionalId,
            EnableIdempotence = true,
            Acks = Acks.All,
            // A dead letter is the largest. Topics of ours take as much; for others it is cut.
            MessageMaxBytes = RecordSizes.Largest,
            EnableDeliveryReports = false,
        };

    public ProducerConfig PlainProducer() => new(Common([("linger.ms", "5")]))
    {
        EnableIdempotence = true,
        Acks = Acks.All,
        Partitioner = Partitioner.Murmur2Random,
    };

    /// <summary>
    /// Of the gateway. What it took in is not given up while brokers are away. How much may wait is for its queue to say: the client's own limit counts
    /// the bytes of events only, and costs an exception each time that it is reached.
    /// </summary>
    public Dictionary<string, string> GatewayProducer() => new(Common([("linger.ms", "5"), ("batch.size", $"{DefaultBatchBytes}")]))
    {
        ["message.timeout.ms"] = "0",
        ["queue.buffering.max.kbytes"] = $"{int.MaxValue}",
        ["queue.buffering.max.messages"] = "0",
    };

    public IProducer<byte[]?, byte[]> OpenInputProducer(Action<Error> failed) =>
        new ProducerBuilder<byte[]?, byte[]>(PlainProducer()).BuildSilent(failed);

    public AdminClientConfig Admin() => new(Common([]));

    /// <summary>Of a client that asks whether brokers answer. It gives a silent connection up soon, to ask another broker, and knocks again soon.</summary>
    public AdminClientConfig Watch() => new(Common([])) { SocketTimeoutMs = 1_000 };

    /// <summary>A cooperative move costs a heartbeat. The mock cluster knows only the newer protocol, whose members are told by the broker.</summary>
    private (string, string)[] GroupDefaults() => IsEmbedded
        ? []
        : [("partition.assignment.strategy", "cooperative-sticky"),
            ("session.timeout.ms", $"{KafkaSettings.DefaultSessionTimeoutMs}"), ("heartbeat.interval.ms", "300")];

    /// <summary>
    /// librdkafka's default stalls consumption for a second whenever the queue was full;
    /// and the mock cluster holds an empty fetch for all of the wait.
    /// </summary>
    private (string, string)[] FetchDefaults() => [("fetch.queue.backoff.ms", "10"), ("fetch.wait.max.ms", IsEmbedded ? "10" : "100")];

    private Dictionary<string, string> Common((string Name, string Value)[] defaults)
    {
        var config = new Dictionary<string, string>(settings.Kafka, StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in defaults.Append(("client.id", $"dlgs-{settings.Instance}"))) config.TryAdd(name, value);
        // A broker that is back is found within a second, not within ten.
        config.TryAdd("reconnect.backoff.max.ms", "1000");
        // To write to a topic, or to ask about it by its name, must not make one that was deleted.
        config["allow.auto.create.topics"] = "false";
        config["bootstrap.servers"] = BootstrapServers;
        return config;
    }
}
