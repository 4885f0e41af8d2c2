using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Folding;
using Dlgs.Streams.Memory;
using Dlgs.Streams.Metrics;
using Dlgs.Streams.Partitions;
using Dlgs.Streams.Settings;
using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Kafka;

/// <summary>What all lanes of an instance share.</summary>
internal sealed class LaneContext(
    IOptions<ClusterOptions> cluster, IOptions<LaneOptions> lanes, CallRules rules, Topics topics,
    KafkaClients clients, PartitionRegistry registry, Ticker ticker, ServiceMeter meter, ClusterAdmin admin, GroupState group,
    PartitionInquiry inquiry, MemoryLimit memory, TakeOverTurn takeOvers, TimeProvider time)
{
    public ClusterOptions Cluster => cluster.Value;

    public LaneOptions Settings => lanes.Value;

    /// <summary>Input records in one transaction, at most: it holds what they change twice, and once more on its way to the brokers.</summary>
    public int RecordsPerTransaction => Shrunk(Settings.RecordsPerTransaction);

    /// <summary>Deadlines fired in one transaction, at most.</summary>
    public int ExpiriesPerTransaction => Shrunk(Settings.ExpiriesPerTransaction);

    public MemoryLimit Memory => memory;

    public TakeOverTurn TakeOvers => takeOvers;

    public CallRules Rules => rules;

    public Topics Topics => topics;

    public KafkaClients Clients => clients;

    public PartitionRegistry Registry => registry;

    public ClusterAdmin Admin => admin;

    public GroupState Group => group;

    public PartitionInquiry Inquiry => inquiry;

    public Ticker Ticker => ticker;

    public LaneMetrics Metrics { get; } = new(meter);

    public ProxyClocks Clocks { get; } = new(meter);

    /// <summary>What the brokers last said of them.</summary>
    public WatchedTopics WatchedTopics { get; } = new();

    /// <summary>What a partition is held to when it is taken over.</summary>
    public AdmissionRules Admission =>
        new(Topics, WatchedTopics.Current?.Ids, AcceptedIds, registry.PartitionCount, Decision.Parse(Cluster.AcceptGap), Decision.Parse(Cluster.BeginAnew));

    /// <summary>The topics that accept_topics accepts: as they were at the start, not what comes of them later.</summary>
    public TopicIds? AcceptedIds { get; set; }

    /// <summary>The topics' ids as a partition record pins them; null: not known.</summary>
    public PinnedTopics? PinnedTopics => WatchedTopics.Current?.Ids is not { } ids ? null
        : new PinnedTopics { SipEvents = ids.Input, DialogStore = ids.Store, DialogChanges = ids.Changes, Calls = ids.Calls, DeadLetters = ids.DeadLetters };

    /// <summary>Whether a transactional.id is that of a lane of this process.</summary>
    public bool IsOurs(string owner) => Enumerable.Range(0, Settings.LaneCount).Any(lane => clients.IdentityOf(lane).Owner == owner);

    /// <summary>
    /// Of a commit that takes longer, librdkafka may have sent the request again, and tells nobody.
    /// For tests, which run on machines of any speed.
    /// </summary>
    public TimeSpan SlowCommit { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// How long a store may go without a record. Brokers close a segment only when something is appended to it, and compact no open one: where nothing
    /// came any more, what was forgotten would stay for ever. Settable for tests.
    /// </summary>
    public TimeSpan IdleCommit { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Partitions that the input had at the start; more than those that Call-IDs are hashed over are ignored.</summary>
    public int InputPartitions { get; set; }

    /// <summary>The largest record that the topic of dead letters takes.</summary>
    public int LetterBytes { get; set; } = RecordSizes.Largest;

    public TimeProvider Time => time;

    /// <summary>More transactions of a tenth of the size: only a backlog, or many deadlines at once, make large ones.</summary>
    private int Shrunk(int records) => memory.IsShort ? Math.Max(1, records / 10) : records;
}
