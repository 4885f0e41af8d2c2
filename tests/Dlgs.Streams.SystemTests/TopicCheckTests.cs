using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Dlgs.Streams.Kafka;
using Dlgs.Streams.Settings;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Dlgs.Streams.SystemTests;

/// <summary>Topics that somebody made by hand: what is refused, and in which words.</summary>
public sealed class TopicCheckTests(KafkaCluster kafka)
{
    private const int Partitions = 4;

    private readonly string prefix = $"c{Guid.NewGuid():N}.";

    /// <summary>Topic, its partitions, a setting of its own; what the refusal says.</summary>
    private static readonly (string Topic, int Partitions, string? Setting, string Refusal)[] Misfits =
    [
        ("sip-events", Partitions, "message.timestamp.type=CreateTime", "sip-events has message.timestamp.type=CreateTime, but needs LogAppendTime"),
        ("dialog-store", Partitions, "cleanup.policy=delete", "dialog-store has cleanup.policy=delete, but needs compact"),
        ("dialog-changes", Partitions, "cleanup.policy=compact", "dialog-changes has cleanup.policy=compact, but needs delete"),
        ("calls", Partitions, "cleanup.policy=compact", "calls has cleanup.policy=compact, but needs delete"),
        ("sip-events.dead-letters", Partitions, "cleanup.policy=compact", "dead-letters has cleanup.policy=compact, but needs delete"),
        ("dialog-store", Partitions + 1, "cleanup.policy=compact", "sip-events has 4 partitions, but"),
        ("dialog-changes", Partitions - 1, null, "dialog-changes has 3 partitions, fewer than the 4"),
        ("calls", Partitions - 1, null, "calls has 3 partitions, fewer than the 4"),
        ("sip-events.dead-letters", Partitions - 1, null, "dead-letters has 3 partitions, fewer than the 4"),
        ("dialog-store", Partitions, "cleanup.policy=compact;max.message.bytes=999999", "dialog-store has max.message.bytes=999999, but needs 1000000"),
        ("dialog-changes", Partitions, "max.message.bytes=999999", "dialog-changes has max.message.bytes=999999, but needs 1000000"),
        ("calls", Partitions, "max.message.bytes=999999", "calls has max.message.bytes=999999, but needs 1000000"),
        ("sip-events.dead-letters", Partitions, "max.message.bytes=999999", "dead-letters has max.message.bytes=999999, but needs 1000000"),
    ];

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, Misfits.Length)];

    [Theory, MemberData(nameof(Numbers))]
    public async Task Topic_that_does_not_fit_is_refused_with_what_to_do(int number)
    {
        var (topic, partitions, setting, words) = Misfits[number];
        if (topic != "sip-events") await MakeAsync(prefix + "sip-events", Partitions, "message.timestamp.type=LogAppendTime");
        await MakeAsync(prefix + topic, partitions, setting);
        var refusal = (await Assert.ThrowsAsync<RefusalException>(CheckAsync)).Message;
        Assert.Contains(words, refusal, StringComparison.Ordinal);
        Assert.Contains(partitions == Partitions ? "kafka-configs.sh" : partitions < Partitions ? "Add partitions" : "Give the input its partitions back",
            refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Topic_that_cannot_be_made_is_refused_with_how_to_make_it()
    {
        // Kafka refuses names that differ only in '.' and '_': they would share their metrics.
        await MakeAsync($"{prefix}sip-events".Replace('.', '_'), 1, null);
        var refusal = (await Assert.ThrowsAsync<RefusalException>(CheckAsync)).Message;
        Assert.Contains($"{prefix}sip-events does not exist and could not be made", refusal, StringComparison.Ordinal);
        Assert.Contains("Make it yourself: 4 partitions, message.timestamp.type=LogAppendTime", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_topics_are_made_so_that_they_fit()
    {
        Assert.Equal(new TopicLayout(Partitions, Partitions, RecordSizes.Largest), await CheckAsync());
        Assert.Equal(new TopicLayout(Partitions, Partitions, RecordSizes.Largest), await CheckAsync());
    }

    [Fact]
    public async Task Letters_are_cut_to_what_their_topic_takes()
    {
        await MakeAsync($"{prefix}sip-events.dead-letters", Partitions, null);
        Assert.Equal(new TopicLayout(Partitions, Partitions, 1_048_588), await CheckAsync());
    }

    [Fact]
    public async Task Partitions_that_the_input_got_later_are_ignored()
    {
        await MakeAsync(prefix + "dialog-store", Partitions - 1, "cleanup.policy=compact");
        Assert.Equal(Partitions - 1, (await CheckAsync()).Partitions);
    }

    private async Task<TopicLayout> CheckAsync()
    {
        var options = Options.Create(new ClusterOptions { BootstrapServers = kafka.Require(), TopicPrefix = prefix, Partitions = Partitions });
        var topics = new Topics(prefix);
        var clients = new KafkaClients(options, new EmbeddedBroker(topics));
        var sizes = new RecordSizes(Options.Create(new LimitOptions()), Options.Create(new LaneOptions()), clients);
        using var admin = new ClusterAdmin(clients);
        using var group = new GroupState(options, topics, clients, admin);
        return await new TopicCheck(options, topics, sizes, admin, group, NullLogger<TopicCheck>.Instance).RunAsync(TestContext.Current.CancellationToken);
    }

    private async Task MakeAsync(string topic, int partitions, string? settings)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = kafka.Require() }).Build();
        var configs = settings?.Split(';').Select(s => s.Split('=')).ToDictionary(s => s[0], s => s[1]);
        await admin.CreateTopicsAsync([new TopicSpecification { Name = topic, NumPartitions = partitions, ReplicationFactor = 1, Configs = configs ?? [] }]);
    }
}
