using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Dlgs.Streams.Client;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Kafka;
using Dlgs.Streams.Logging;

namespace Dlgs.Streams.SystemTests;

/// <summary>A record that its topic does not take, though the topics were fit when the service began.</summary>
public sealed class RefusedRecordTests(KafkaCluster kafka)
{
    private const int Partitions = 4;

    [Fact]
    public async Task Record_that_its_topic_refuses_stops_its_partition_once_and_no_other()
    {
        var (servers, prefix) = (kafka.Require(), $"x{Guid.NewGuid():N}.");
        var topics = new Topics(prefix);
        using var service = DlgsProcess.Serve(servers, prefix, "one", 1, "--partitions", $"{Partitions}");
        await service.WaitForActiveAsync(Partitions);
        await LimitAsync(servers, topics.DialogChanges, 2_000);
        using var publisher = new SipEventPublisher(new Dictionary<string, string> { ["bootstrap.servers"] = servers }, topics.SipEvents);
        var (big, small) = (Call("big@test"), Call(Elsewhere));
        big.Data = new string('x', 1_000);
        (big.FromUri, big.ToUri) = ($"sip:{new string('f', 900)}@test", $"sip:{new string('t', 900)}@test");
        publisher.Publish(big, TestContext.Current.CancellationToken);
        publisher.Publish(small, TestContext.Current.CancellationToken);
        Assert.True(publisher.Flush(TimeSpan.FromSeconds(10)));

        await service.WaitForAsync(() => service.Output.Contains(" stands still", StringComparison.Ordinal), "the partition to be stopped");
        Assert.Equal(Elsewhere, Assert.Single(await OutputTopics.ReadChangesAsync(servers, prefix, c => c.Count > 0, service)).CallId);
        var said = Assert.Single(service.Output.Split('\n'), line => line.Contains(" stands still", StringComparison.Ordinal));
        Assert.Contains($"[{PartitionOf("big@test")}]", said, StringComparison.Ordinal);
        Assert.Contains($"a record for {topics.DialogChanges} (call {Mask.Always.Call("big@test")})", said, StringComparison.Ordinal);
        Assert.Contains($"max.message.bytes of {topics.DialogChanges} is raised", said, StringComparison.Ordinal);

        // Mended, it goes on by itself where it stood.
        await LimitAsync(servers, topics.DialogChanges, 1_048_588);
        var changes = await OutputTopics.ReadChangesAsync(servers, prefix, c => c.Count > 1, service);
        Assert.Equal([Elsewhere, "big@test"], changes.Select(c => c.CallId));
    }

    private static string Elsewhere => Enumerable.Range(0, 100).Select(i => $"small-{i}@test").First(callId => PartitionOf(callId) != PartitionOf("big@test"));

    private static int PartitionOf(string callId) => CallIdPartitioner.PartitionOf(Encoding.UTF8.GetBytes(callId), Partitions);

    private static SipEvent Call(string callId) => new() { CallId = callId, FromTag = "a", Method = "INVITE", Cseq = 1, ViaBranches = { "u" } };

    private static async Task LimitAsync(string servers, string topic, int bytes)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = servers }).Build();
        var limit = new ConfigEntry { Name = "max.message.bytes", Value = $"{bytes}", IncrementalOperation = AlterConfigOpType.Set };
        await admin.IncrementalAlterConfigsAsync(new() { [new ConfigResource { Type = ResourceType.Topic, Name = topic }] = [limit] });
    }
}
