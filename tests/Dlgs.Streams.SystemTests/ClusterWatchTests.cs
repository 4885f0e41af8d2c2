using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Dlgs.Streams.Client;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Kafka;
using Grpc.Net.Client;

namespace Dlgs.Streams.SystemTests;

/// <summary>What the service sees of its cluster while it runs.</summary>
public sealed class ClusterWatchTests(KafkaCluster kafka)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string prefix = $"w{Guid.NewGuid():N}.";

    [Fact]
    public async Task Brokers_that_do_not_answer_are_told_of_once_and_once_when_they_do()
    {
        var broker = await LocalBroker.RequireAsync();
        using var service = DlgsProcess.Serve(broker.BootstrapServers, prefix, "one", 1, "--partitions", "1");
        using (broker)
        {
            await service.WaitForActiveAsync(1);
            broker.Pause();
            await service.WaitForAsync(() => Said(service, "No broker answers since").Length > 0, "that no broker answers");
            Assert.Contains($"({broker.BootstrapServers}: ", Said(service, "No broker answers since").Single(), StringComparison.Ordinal);
            broker.Resume();
            await service.WaitForAsync(() => Said(service, "Brokers answer again").Length > 0, "that it answers again");
        }
        await service.WaitForAsync(() => Said(service, "No broker answers since").Length > 1, "that there is none any more");
        Assert.Contains($"({broker.BootstrapServers}: Connection refused)", Said(service, "No broker answers since")[1], StringComparison.Ordinal);
        Assert.Single(Said(service, "Brokers answer again"));
    }

    [Fact]
    public async Task Transaction_that_somebody_leaves_open_on_the_input_is_told_of_and_seen_in_answers_and_behind_it_all_goes_on()
    {
        var topics = new Topics(prefix);
        using var service = DlgsProcess.Serve(kafka.Require(), prefix, "one", 1, "--partitions", "1");
        await service.WaitForActiveAsync(1);
        using var channel = GrpcChannel.ForAddress(service.Address);
        await Eventually.IsTrueAsync(() => Coverage(channel) is { HasLag: true, Lag: 0, StalledSince: null }, Patience, () => "an idle partition");

        var config = new ProducerConfig { BootstrapServers = kafka.Require(), TransactionalId = prefix + "somebody", TransactionTimeoutMs = 300_000 };
        using var somebody = new ProducerBuilder<byte[], byte[]>(config).Build();
        somebody.InitTransactions(Patience);
        somebody.BeginTransaction();
        somebody.Produce(new TopicPartition(topics.SipEvents, 0), new Message<byte[], byte[]> { Key = [1], Value = [1] });
        Assert.Equal(0, somebody.Flush(Patience));
        Publish(topics, "behind@test");

        await service.WaitForAsync(() => Said(service, "stands still").Length > 0, "that the input stands still");
        var line = Said(service, "stands still").Single();
        Assert.Contains($"{topics.SipEvents} [0] stands still at offset 0 since ", line, StringComparison.Ordinal);
        Assert.Contains("a transaction of somebody else is open on the input there, and from offset 0 to 2 nothing may be read",
            line, StringComparison.Ordinal);
        Assert.Contains($"kafka-transactions.sh --bootstrap-server {kafka.Require()} describe-producers --topic {topics.SipEvents} --partition 0",
            line, StringComparison.Ordinal);
        Assert.Equal((2, true), (Coverage(channel).Lag, Coverage(channel).StalledSince is not null));
        Assert.Contains("dlgs: partition 0 stands still since ", await CountAsync(service), StringComparison.Ordinal);

        somebody.AbortTransaction(Patience);
        Assert.Equal("behind@test", Assert.Single(await OutputTopics.ReadChangesAsync(kafka.Require(), prefix, c => c.Count >= 1, service)).CallId);
        await service.WaitForAsync(() => Said(service, "goes on at offset 3, after it stood still for ").Length == 1, "that it goes on");
        // The mark of the transaction's end is never delivered, and nothing to be behind of.
        Assert.Equal((0, null), (Coverage(channel).Lag, Coverage(channel).StalledSince));
        Assert.Equal("1", await CountAsync(service));
    }

    [Fact]
    public async Task Topics_that_are_altered_are_told_of_once_and_once_when_they_are_mended()
    {
        var topics = new Topics(prefix);
        using var service = DlgsProcess.Serve(kafka.Require(), prefix, "one", 1, "--partitions", "2");
        await service.WaitForActiveAsync(2);
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = kafka.Require() }).Build();
        await AlterAsync(topics.Calls, "max.message.bytes", "999999");
        await AlterAsync(topics.DialogStore, "cleanup.policy", "delete");
        await service.WaitForAsync(() => Said(service, "has cleanup.policy=delete, but needs compact").Length > 0, "that the store's policy was altered");
        await service.WaitForAsync(() => Said(service, $"{topics.Calls} has max.message.bytes=999999, but needs 1000000").Length > 0,
            "that larger records would be refused");
        await AlterAsync(topics.Calls, "max.message.bytes", "1048588");
        await AlterAsync(topics.DialogStore, "cleanup.policy", "compact");
        await admin.CreatePartitionsAsync([new PartitionsSpecification { Topic = topics.SipEvents, IncreaseTo = 3 }]);
        await service.WaitForAsync(() => Said(service, "is again as it has to be").Length == 2, "that both were mended");
        await service.WaitForAsync(() => Said(service, $"{topics.SipEvents} was given more partitions, 3, but calls are hashed over 2").Length > 0,
            "that the input has more partitions");
        await admin.DeleteTopicsAsync([topics.Calls]);
        await service.WaitForAsync(() => Said(service, $"{topics.Calls} does not exist any more").Length > 0, "that a topic is gone");
        foreach (var words in new[] { "cleanup.policy=delete", "max.message.bytes=999999", "was given more partitions", "does not exist any more" })
            Assert.Single(Said(service, words));

        Task AlterAsync(string topic, string setting, string value) => admin.IncrementalAlterConfigsAsync(new()
        {
            [new ConfigResource { Type = ResourceType.Topic, Name = topic }] =
                [new ConfigEntry { Name = setting, Value = value, IncrementalOperation = AlterConfigOpType.Set }],
        });
    }

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

    private static string[] Said(DlgsProcess service, string words) =>
        [.. service.Output.Split('\n').Where(line => line.Contains(words, StringComparison.Ordinal))];

    private static PartitionCoverage Coverage(GrpcChannel channel)
    {
        var request = new CountRequest { Demand = new Demand { Partitions = true } };
        return new DialogQuery.DialogQueryClient(channel)
            .Count(request, cancellationToken: TestContext.Current.CancellationToken).Coverage.Partitions[0];
    }

    private static async Task<string> CountAsync(DlgsProcess service)
    {
        using var count = DlgsProcess.Count(service.Address);
        Assert.Equal(0, await count.WaitForExitAsync());
        return count.Output;
    }

    private void Publish(Topics topics, string callId)
    {
        using var publisher = new SipEventPublisher(new Dictionary<string, string> { ["bootstrap.servers"] = kafka.Require() }, topics.SipEvents);
        publisher.Publish(new SipEvent { CallId = callId, FromTag = "a", Method = "INVITE", Cseq = 1, ViaBranches = { "u" } },
            TestContext.Current.CancellationToken);
        Assert.True(publisher.Flush(Patience));
    }
}
