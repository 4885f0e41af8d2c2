using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Dlgs.Streams.Kafka;

namespace Dlgs.Streams.SystemTests;

/// <summary>What the service sees of its cluster while it runs.</summary>
public sealed class ClusterWatchTests(KafkaCluster kafka)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string prefix = $"w{Guid.NewGuid():N}.";

    [Fact]
    public async Task Topic_that_is_made_anew_has_another_id_and_one_that_is_missing_none()
    {
        var topics = new Topics(prefix);
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = kafka.Require() }).Build();
        Assert.Equal(new TopicIds("", "", "", "", ""), await AskAsync());
        foreach (var topic in topics.Outputs.Append(topics.SipEvents)) await MakeAsync(topic);
        var first = await AskUntilAsync(ids => ids.AreComplete);
        Assert.Equal(5, new[] { first.Input, first.Store, first.Changes, first.Calls, first.DeadLetters }.Distinct().Count());
        await admin.DeleteTopicsAsync([topics.DialogStore]);
        var without = await AskUntilAsync(ids => ids.Store.Length == 0);
        Assert.Equal(first with { Store = "" }, without);
        await MakeAsync(topics.DialogStore);
        var again = await AskUntilAsync(ids => ids.AreComplete);
        Assert.NotEqual(first.Store, again.Store);
        Assert.Equal(first, again with { Store = first.Store });

        Task<TopicIds> AskAsync() => TopicIds.AskAsync(admin, topics, Patience);

        Task MakeAsync(string topic) => admin.CreateTopicsAsync([new TopicSpecification { Name = topic, NumPartitions = 2, ReplicationFactor = 1 }]);

        async Task<TopicIds> AskUntilAsync(Func<TopicIds, bool> condition)
        {
            var ids = await AskAsync();
            await Eventually.IsTrueAsync(() => condition(ids = AskAsync().GetAwaiter().GetResult()), Patience, () => $"the topics, and saw {ids}");
            return ids;
        }
    }
}
