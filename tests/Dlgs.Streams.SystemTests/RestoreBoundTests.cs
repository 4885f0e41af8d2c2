using Confluent.Kafka;
using Dlgs.Streams.Client;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Kafka;

namespace Dlgs.Streams.SystemTests;

/// <summary>The bound of a restore is the log's end, not the last stable offset (KAFKA-10167).</summary>
public sealed class RestoreBoundTests(KafkaCluster kafka)
{
    [Fact]
    public async Task Open_transaction_below_committed_records_holds_a_restore_until_it_ends()
    {
        var (servers, prefix) = (kafka.Require(), $"r{Guid.NewGuid():N}.");
        var topics = new Topics(prefix);
        using (var service = DlgsProcess.Serve(servers, prefix, "one", 1, "--partitions", "1"))
        {
            await service.WaitForActiveAsync(1);
            // Somebody's transaction hangs in the store topic; what the service commits afterwards stands above it, where read_committed does not get.
            var config = new ProducerConfig { BootstrapServers = servers, TransactionalId = prefix + "stranger", TransactionTimeoutMs = 60_000 };
            using var stranger = new ProducerBuilder<byte[], byte[]>(config).Build();
            stranger.InitTransactions(TimeSpan.FromSeconds(10));
            stranger.BeginTransaction();
            await stranger.ProduceAsync(new TopicPartition(topics.DialogStore, 0),
                new Message<byte[], byte[]> { Key = "stranger"u8.ToArray(), Value = [] }, TestContext.Current.CancellationToken);
            Publish(servers, topics, new SipEvent { CallId = "above@test", FromTag = "a", Method = "INVITE", Cseq = 1, ViaBranches = { "u" } });
            await OutputTopics.ReadChangesAsync(servers, prefix, c => c.Count == 1);
            service.Kill();

            using var next = DlgsProcess.Serve(servers, prefix, "one", 1, "--partitions", "1", "--restore-stall", "1");
            await next.WaitForAsync(() => next.Output.Contains("stalled at offset", StringComparison.Ordinal), "a word on why the restore stalls");
            Assert.DoesNotContain("ready: 1", next.Output, StringComparison.Ordinal);
            stranger.AbortTransaction(TimeSpan.FromSeconds(10));
            await next.WaitForActiveAsync(1);

            // The call goes on where it was: the same dialog, the next sequence.
            Publish(servers, topics, new SipEvent { CallId = "above@test", FromTag = "a", Method = "INVITE", Status = 486, Cseq = 1, ViaBranches = { "u" } });
            var changes = await OutputTopics.ReadChangesAsync(servers, prefix, c => c.Count >= 2);
            Assert.Equal([1u, 2u], changes.Select(c => c.Sequence));
        }
    }

    private static void Publish(string servers, Topics topics, SipEvent sipEvent)
    {
        using var publisher = new SipEventPublisher(new Dictionary<string, string> { ["bootstrap.servers"] = servers }, topics.SipEvents);
        publisher.Publish(sipEvent);
        Assert.True(publisher.Flush(TimeSpan.FromSeconds(10)));
    }
}
