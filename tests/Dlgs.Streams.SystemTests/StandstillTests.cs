using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Kafka;
using Google.Protobuf;

namespace Dlgs.Streams.SystemTests;

/// <summary>Partitions that stand still for a reason, say which, and open by themselves when it has gone, or when the operator decides.</summary>
public sealed class StandstillTests(KafkaCluster kafka) : IDisposable
{
    private const string StandsStill = " stands still, the other partitions go on: ";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string prefix = $"q{Guid.NewGuid():N}.";
    private readonly Lazy<IAdminClient> admin = new(() => new AdminClientBuilder(new AdminClientConfig { BootstrapServers = kafka.Require() }).Build());

    private Topics Topics => new(prefix);

    public void Dispose()
    {
        if (admin.IsValueCreated) admin.Value.Dispose();
    }

    [Fact]
    public async Task Gap_in_the_input_stops_its_partition_until_the_operator_accepts_it_as_the_log_line_says()
    {
        using (var service = Serve())
        {
            await service.WaitForActiveAsync(1);
            Publish("first@test");
            await ReadAsync(1, service);
            await service.StopAsync();
        }
        // While nobody reads, the retention takes what was never read.
        foreach (var call in new[] { "lost-1@test", "lost-2@test", "kept@test" }) Publish(call);
        await admin.Value.DeleteRecordsAsync([new TopicPartitionOffset(Topics.SipEvents, 0, EndOf(Topics.SipEvents) - 1)]);

        string accept;
        using (var stopped = Serve())
        {
            await stopped.WaitForAsync(() => Said(stopped, StandsStill) is not null, "the partition to stand still");
            var said = Said(stopped, StandsStill)!;
            Assert.Contains("2 records are gone that were never read", said, StringComparison.Ordinal);
            accept = said.Split("accept_gap=")[1].Split('.')[0];
            await stopped.StopAsync();
        }
        using var service2 = Serve("--accept-gap", accept);
        await service2.WaitForActiveAsync(1);
        Assert.Contains("2 records from offset", service2.Output, StringComparison.Ordinal);
        var changes = await ReadAsync(2, service2);
        Assert.Equal(["first@test", "kept@test"], changes.Select(c => c.CallId));
    }

    [Fact]
    public async Task Store_deleted_under_a_running_service_stops_it_and_is_not_begun_anew_unless_the_operator_says_so()
    {
        using (var service = Serve())
        {
            await service.WaitForActiveAsync(1);
            Publish("before@test");
            await ReadAsync(1, service);
            await admin.Value.DeleteTopicsAsync([Topics.DialogStore]);
            await service.WaitForAsync(() => Said(service, StandsStill) is not null, "the partition to stand still");
            Assert.Contains($"{Topics.DialogStore} (id", Said(service, StandsStill), StringComparison.Ordinal);
        }
        using (var refused = Serve())
        {
            Assert.Equal(1, await refused.WaitForExitAsync());
            Assert.Contains($"begin_anew=0@{EndOf(Topics.SipEvents)}", Said(refused, "Refused to run"), StringComparison.Ordinal);
        }
        using var anew = Serve("--begin-anew", $"0@{EndOf(Topics.SipEvents)}");
        await anew.WaitForActiveAsync(1);
        Publish("after@test");
        // What was said of the call before is not said again.
        Assert.Equal(["before@test", "after@test"], (await ReadAsync(2, anew)).Select(c => c.CallId));
    }

    [Fact]
    public async Task Input_that_was_deleted_and_made_again_is_another_topic_until_it_is_accepted()
    {
        string told;
        using (var service = Serve())
        {
            await service.WaitForActiveAsync(1);
            Publish("before@test");
            await ReadAsync(1, service);
            await admin.Value.DeleteTopicsAsync([Topics.SipEvents]);
            await MakeInputAsync();
            await service.WaitForAsync(() => Said(service, $"{Topics.SipEvents} had id ") is not null, "the partition to stand still");
            Assert.Contains(StandsStill, Said(service, $"{Topics.SipEvents} had id "), StringComparison.Ordinal);
            await service.StopAsync();
        }
        using (var stopped = Serve("--accept-topics"))
        {
            // The topic is accepted, and its log is another: where to go on in it is one more decision.
            await stopped.WaitForAsync(() => Said(stopped, "accept_gap=") is not null, "the partition to stand still");
            told = Said(stopped, "accept_gap=")!.Split("accept_gap=")[1].Split('.')[0];
            await stopped.StopAsync();
        }
        using (var service = Serve("--accept-topics", "--accept-gap", told))
        {
            await service.WaitForActiveAsync(1);
            Publish("after@test");
            Assert.Equal(["before@test", "after@test"], (await ReadAsync(2, service)).Select(c => c.CallId));
            await service.StopAsync();
        }
        // Pinned anew: it needs no setting any more.
        using var next = Serve();
        await next.WaitForActiveAsync(1);
        Assert.Null(Said(next, StandsStill));
    }

    [Fact]
    public async Task Record_with_its_producers_time_stops_its_partition_until_the_topic_is_as_it_was_and_moves_no_clock()
    {
        using var service = Serve();
        await service.WaitForActiveAsync(1);
        Publish("before@test");
        await ReadAsync(1, service);
        await SetTimestampsAsync("CreateTime");
        // The brokers have it when they say so, not when they took it.
        await service.WaitForAsync(() => Said(service, "message.timestamp.type=CreateTime") is not null, "a word on the altered topic");
        // 50 minutes ahead: as a log time it would end every call.
        Publish("altered@test", TimeSpan.FromMinutes(50));
        await service.WaitForAsync(() => Said(service, StandsStill) is not null, "the partition to stand still");
        Assert.Contains("message.timestamp.type=LogAppendTime", Said(service, StandsStill), StringComparison.Ordinal);
        await SetTimestampsAsync("LogAppendTime");
        Publish("after@test");
        var changes = await ReadAsync(3, service);
        Assert.Equal(["before@test", "altered@test", "after@test"], changes.Select(c => c.CallId));
        Assert.All(changes, change => Assert.Equal(DialogState.Init, change.State));
        await service.WaitForAsync(() => Said(service, "What had stopped it is over") is not null, "a word that it goes on");
        await service.StopAsync();
        Assert.Equal(3, InputFold.Check(kafka.Require(), prefix));
    }

    [Fact]
    public async Task Partitions_that_were_added_to_the_input_are_ignored_and_stop_nothing()
    {
        using var service = Serve();
        await service.WaitForActiveAsync(1);
        await admin.Value.CreatePartitionsAsync([new PartitionsSpecification { Topic = Topics.SipEvents, IncreaseTo = 3 }]);
        await service.WaitForAsync(() => Said(service, "more partitions, 3") is not null, "a word on the partitions");
        Publish("call@test");
        await ReadAsync(1, service);
        using var health = DlgsProcess.Serve(kafka.Require(), prefix, "two", 1);
        await health.WaitForAsync(() => health.Output.Contains("librdkafka", StringComparison.Ordinal), "a second instance");
        Assert.Null(Said(service, StandsStill));
    }

    private DlgsProcess Serve(params string[] more) => DlgsProcess.Serve(kafka.Require(), prefix, "one", 1, ["--partitions", "1", .. more]);

    private static string? Said(DlgsProcess service, string text) =>
        service.Output.Split('\n').FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal));

    private Task<List<DialogChange>> ReadAsync(int count, DlgsProcess service) =>
        OutputTopics.ReadChangesAsync(kafka.Require(), prefix, changes => changes.Count >= count, service);

    private long EndOf(string topic) => OutputTopics.EndOf(kafka.Require(), topic);

    /// <summary>To the first partition, which is the only one that the service knows.</summary>
    private void Publish(string callId, TimeSpan ahead = default)
    {
        using var producer = new ProducerBuilder<Null, byte[]>(new ProducerConfig { BootstrapServers = kafka.Require() }).Build();
        var sipEvent = new SipEvent { CallId = callId, FromTag = "a", Method = "INVITE", Cseq = 1, ViaBranches = { "u" } };
        producer.Produce(new TopicPartition(Topics.SipEvents, 0),
            new Message<Null, byte[]> { Value = sipEvent.ToByteArray(), Timestamp = new Timestamp(TimeProvider.System.GetUtcNow().UtcDateTime + ahead) });
        Assert.Equal(0, producer.Flush(Patience));
    }

    private Task<List<IncrementalAlterConfigsResult>> SetTimestampsAsync(string type) => admin.Value.IncrementalAlterConfigsAsync(new()
    {
        [new ConfigResource { Type = ResourceType.Topic, Name = Topics.SipEvents }] =
            [new ConfigEntry { Name = "message.timestamp.type", Value = type, IncrementalOperation = AlterConfigOpType.Set }],
    });

    /// <summary>The broker may still be deleting the former one.</summary>
    private async Task MakeInputAsync()
    {
        for (var start = TimeProvider.System.GetTimestamp(); ; await Task.Delay(50, TestContext.Current.CancellationToken))
        {
            try
            {
                await admin.Value.CreateTopicsAsync([new TopicSpecification
                {
                    Name = Topics.SipEvents,
                    NumPartitions = 1,
                    ReplicationFactor = 1,
                    Configs = new() { ["message.timestamp.type"] = "LogAppendTime" },
                }]);
                return;
            }
            catch (CreateTopicsException) when (TimeProvider.System.GetElapsedTime(start) < Patience)
            {
            }
        }
    }
}
