using System.Net.Http.Json;
using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Dlgs.Streams.Client;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Kafka;
using Dlgs.Streams.Logging;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace Dlgs.Streams.SystemTests;

/// <summary>Numbers and names that are marked go through everything that a service does and refuses; what it logs has none of them.</summary>
public sealed class PersonalDataTests(KafkaCluster kafka)
{
    private const int Partitions = 2;
    private const string Number = "4915199988877";
    private const string Name = "canary";

    private static readonly string Call = $"{Name}-{Number}@test";
    private static readonly string Longer = Call + new string('x', 100);

    /// <summary>In JSON a line has each value once more, by its name.</summary>
    [Fact]
    public async Task Nothing_that_comes_in_or_is_asked_is_in_the_log_nor_in_what_others_are_told()
    {
        var (servers, prefix) = (kafka.Require(), $"c{Guid.NewGuid():N}.");
        var (topics, http) = (new Topics(prefix), $"http://127.0.0.1:{LoopbackPort.Free()}");
        using var service = DlgsProcess.Serve(servers, prefix, "one", 1, "--partitions", $"{Partitions}", "--http", http, "--log", "json",
            "--log-level", "debug", "--init-lifetime", "5", "--dead-letter-values", "none");
        await service.WaitForActiveAsync(Partitions);
        var bad = PublishBadRecords(servers, topics);
        using (var publisher = new SipEventPublisher(new Dictionary<string, string> { ["bootstrap.servers"] = servers }, topics.SipEvents))
        {
            publisher.Publish(Invite(Call), TestContext.Current.CancellationToken);
            await OutputTopics.ReadChangesAsync(servers, prefix, changes => changes.Count > 0, service);
            await AskAsync(service.Address, http);
            await LimitAsync(servers, topics.DialogChanges);
            publisher.Publish(Invite(Longer), TestContext.Current.CancellationToken);
        }
        // Whichever of the two has a change to publish first.
        await service.WaitForAsync(
            () => new[] { Call, Longer }.Any(call => service.Output.Contains($"(call {Mask.HashOf(Encoding.UTF8.GetBytes(call))})", StringComparison.Ordinal)),
            "a closed partition that names its call by the hash");

        using var client = new HttpClient { BaseAddress = new Uri(http) };
        foreach (var path in (string[])["/v1/cluster", "/metrics", "/readyz", "/healthz", "/openapi.json"])
        {
            using var told = await client.GetAsync(path, TestContext.Current.CancellationToken);
            AssertNone(path, await told.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }
        await service.TerminateAsync();
        AssertNone("the log", service.Output);
        foreach (var letter in OutputTopics.ReadAll(servers, topics.DeadLetters, letters => letters.Count >= bad))
        {
            Assert.Null(letter.Message.Key);
            Assert.Null(letter.Message.Value);
            AssertNone("a dead letter", string.Join(' ', letter.Message.Headers.Select(header => Encoding.UTF8.GetString(header.GetValueBytes()))));
            Assert.Equal(["cause", "origin-topic", "origin-partition", "origin-offset", "origin-timestamp", "value-bytes"],
                letter.Message.Headers.Select(header => header.Key));
        }
    }

    private static void AssertNone(string where, string text)
    {
        var line = text.Split('\n').FirstOrDefault(line => line.Contains(Number, StringComparison.Ordinal) || line.Contains(Name, StringComparison.Ordinal));
        Assert.True(line is null, $"{where} has {line}");
    }

    private static SipEvent Invite(string callId) => new()
    {
        CallId = callId, FromTag = Name, Method = "INVITE", Cseq = 1, ViaBranches = { $"z9hG4bK{Name}" }, Data = Name,
        FromUri = $"sip:{Number}@a.example", ToUri = $"tel:{Number}", TimeUnixUs = 1_700_000_000,
    };

    /// <summary>Of every kind; how many.</summary>
    private static int PublishBadRecords(string servers, Topics topics)
    {
        var home = CallIdPartitioner.PartitionOf(Encoding.UTF8.GetBytes(Call), Partitions);
        (byte[] Value, int Partition)[] bad =
        [
            (Encoding.UTF8.GetBytes($"no protobuf: {Call}"), home),
            (Bad(e => e.CallId = ""), home),
            (Bad(e => e.Method = ""), home),
            (Bad(e => e.Status = 99), home),
            (Bad(e => e.Cseq = 1u << 31), home),
            (Bad(e => e.FromTag = new string('x', 200) + Name), home),
            (Bad(e => e.CallId = Call + new string('x', 300)), home),
            (Bad(_ => { }), 1 - home),
        ];
        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig { BootstrapServers = servers }).Build();
        foreach (var (value, partition) in bad)
        {
            var record = new Message<byte[], byte[]> { Key = Encoding.UTF8.GetBytes(Call), Value = value };
            producer.Produce(new TopicPartition(topics.SipEvents, partition), record);
        }
        Assert.Equal(0, producer.Flush(TimeSpan.FromSeconds(10)));
        return bad.Length;

        static byte[] Bad(Action<SipEvent> spoil)
        {
            var spoilt = Invite(Call);
            spoil(spoilt);
            return spoilt.ToByteArray();
        }
    }

    /// <summary>What is answered or refused to who named it is theirs; here only the log counts.</summary>
    private static async Task AskAsync(string grpc, string http)
    {
        using var channel = GrpcChannel.ForAddress(grpc);
        var query = new DialogQuery.DialogQueryClient(channel);
        var filter = new DialogFilter { Field = DialogField.Src, Operator = FilterOperator.Re, Value = $"({Name}|{Number}" };
        Func<Task>[] asked =
        [
            async () => await query.CountAsync(new CountRequest { Filters = { filter } }),
            async () => await query.CountAsync(new CountRequest { Filters = { new DialogFilter { Tag = $"{Name}{new string('x', 500)}" } } }),
            async () => await query.ListAsync(new ListRequest { PageToken = Name }),
            async () => await query.AddTagAsync(new TagRequest { CallId = Call, Tag = Name }),
            async () => await query.AddTagAsync(new TagRequest { CallId = $"{Call}.none", Tag = Number }),
            async () => await query.RemoveTagAsync(new TagRequest { CallId = Call, Tag = Number }),
            async () => await query.CloseDialogsAsync(new CloseRequest { CallId = $"{Call}.none", ClosedBy = "ops" }),
        ];
        foreach (var ask in asked)
        {
            try
            {
                await ask();
            }
            catch (RpcException)
            {
                // A refusal is an answer too.
            }
        }
        using var client = new HttpClient { BaseAddress = new Uri(http) };
        foreach (var path in (string[])[$"/v1/count?field=src&op=re&value=({Number}", $"/v1/count?{Name}={Number}", $"/v1/dialogs/{Call}",
            $"/v1/dialogs?pageToken={Name}", $"/v1/{Name}/{Number}", $"/v1/groups?by={Name}", $"/v1/watch?position={Number}"])
            (await client.GetAsync(path)).Dispose();
        foreach (var (path, body) in ((string, string)[])[("/v1/tags", $"{{\"callId\": \"{Call}\", \"tag\": {Name}"), ("/v1/close", $"\"{Number}"),
            ("/v1/count", $"{{\"{Name}\": {Number}}}"), ("/RPC", $"{{\"method\": \"{Name}\", \"params\": [{Number}], \"id\": 1, \"jsonrpc\": \"2.0\"}}"),
            ("/RPC", $"{{\"method\": \"dlgs.get\", \"params\": [\"src\", \"re\", \"({Number}\"], \"id\": 1, \"jsonrpc\": \"2.0\"}}"), ("/RPC", $"{{{Name}")])
            (await client.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"))).Dispose();
        (await client.PostAsJsonAsync("/v1/tags", new { callId = Call, tag = Number })).Dispose();
    }

    private static async Task LimitAsync(string servers, string topic)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = servers }).Build();
        var limit = new ConfigEntry { Name = "max.message.bytes", Value = "100", IncrementalOperation = AlterConfigOpType.Set };
        await admin.IncrementalAlterConfigsAsync(new() { [new ConfigResource { Type = ResourceType.Topic, Name = topic }] = [limit] });
    }
}
