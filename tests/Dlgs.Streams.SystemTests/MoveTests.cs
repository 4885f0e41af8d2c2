using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Kafka;
using Google.Protobuf;

namespace Dlgs.Streams.SystemTests;

/// <summary>"Moving to another cluster" of k8s/README.md: the store alone moves, and the calls that are up go on there.</summary>
public sealed class MoveTests(KafkaCluster kafka)
{
    private readonly string prefix = $"m{Guid.NewGuid():N}.";

    private Topics Topics => new(prefix);

    [Fact]
    public async Task Store_that_was_copied_to_another_cluster_is_gone_on_with_there_and_the_calls_that_are_up_with_it()
    {
        var from = kafka.Require();
        using var to = await LocalBroker.RequireAsync();
        using (var former = Serve(from))
        {
            await former.WaitForActiveAsync(1);
            await PublishAsync(from, "INVITE", 0);
            await OutputTopics.ReadChangesAsync(from, prefix, changes => changes.Count == 1, former);
            await former.StopAsync();
        }
        await CopyStoreAsync(from, to.BootstrapServers);

        // As the log lines would say one after the other: StandstillTests has those.
        var place = $"0@{OutputTopics.EndOf(from, Topics.SipEvents)}";
        using var service = Serve(to.BootstrapServers, "--accept-topics", "--accept-gap", place);
        await service.WaitForActiveAsync(1);
        Assert.Equal("1", await CountAsync(service));
        // And it ends here.
        await PublishAsync(to.BootstrapServers, "CANCEL", 0);
        await PublishAsync(to.BootstrapServers, "INVITE", 487);
        var ended = await OutputTopics.ReadChangesAsync(to.BootstrapServers, prefix, changes => changes.Count > 0, service);
        Assert.Equal(("moved@test", DialogState.NotAnswered, 2u), (ended[0].CallId, ended[0].State, ended[0].Sequence));
        Assert.Equal("0", await CountAsync(service));
    }

    private DlgsProcess Serve(string servers, params string[] more) => DlgsProcess.Serve(servers, prefix, "one", 1, ["--partitions", "1", .. more]);

    private static async Task<string> CountAsync(DlgsProcess service)
    {
        using var count = DlgsProcess.Count(service.Address);
        Assert.True(await count.WaitForExitAsync() == 0, count.Output);
        return count.Output.Trim();
    }

    private async Task PublishAsync(string servers, string method, uint status)
    {
        using var producer = new ProducerBuilder<Null, byte[]>(new ProducerConfig { BootstrapServers = servers }).Build();
        var sipEvent = new SipEvent
        {
            CallId = "moved@test", FromTag = "a", ToTag = status > 0 ? "b" : "", Method = method, Status = status, Cseq = 1, ViaBranches = { "u" },
        };
        await producer.ProduceAsync(new TopicPartition(Topics.SipEvents, 0), new Message<Null, byte[]> { Value = sipEvent.ToByteArray() });
    }

    /// <summary>As MirrorMaker does: what is committed, each record to its own partition.</summary>
    private async Task CopyStoreAsync(string from, string to)
    {
        using (var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = to }).Build())
        {
            await admin.CreateTopicsAsync([new TopicSpecification
            {
                Name = Topics.DialogStore, NumPartitions = 1, ReplicationFactor = 1, Configs = new() { ["cleanup.policy"] = "compact" },
            }]);
        }
        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig { BootstrapServers = to }).Build();
        foreach (var record in OutputTopics.ReadToEnd(from, Topics.DialogStore))
            await producer.ProduceAsync(new TopicPartition(Topics.DialogStore, record.Partition), record.Message);
    }
}
