using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Dlgs.Streams.Client;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Kafka;
using Google.Protobuf;

namespace Dlgs.Streams.SystemTests;

/// <summary>Bad input goes to the dead-letter topic, once, with its origin, and blocks nothing.</summary>
public sealed class PoisonTests(KafkaCluster kafka)
{
    private const int Partitions = 4;

    [Fact]
    public async Task Bad_records_are_put_aside_with_their_origin_and_the_next_call_goes_on()
    {
        var (servers, prefix) = (kafka.Require(), $"p{Guid.NewGuid():N}.");
        var http = $"http://127.0.0.1:{LoopbackPort.Free()}";
        using var service = DlgsProcess.Serve(servers, prefix, "one", 1, "--partitions", $"{Partitions}", "--http", http);
        await service.WaitForActiveAsync(Partitions);
        var topics = new Topics(prefix);
        var good = new SipEvent { CallId = "good@test", FromTag = "a", Method = "INVITE", Cseq = 1, ViaBranches = { "u" } };
        var home = CallIdPartitioner.PartitionOf("good@test"u8, Partitions);
        (string Cause, byte[]? Value, int Partition)[] bad =
        [
            ("malformed", [0xff, 0xff, 0xff], home),
            ("malformed", null, home),
            ("no-call-id", new SipEvent { Method = "INVITE" }.ToByteArray(), home),
            ("no-method", Bad(good, e => e.Method = ""), home),
            ("status-out-of-range", Bad(good, e => e.Status = 99), home),
            ("status-out-of-range", Bad(good, e => e.Status = 700), home),
            ("cseq-out-of-range", Bad(good, e => e.Cseq = 1u << 31), home),
            ("field-too-long", Bad(good, e => e.FromTag = new string('x', 129)), home),
            ("field-too-long", Bad(good, e => e.CallId = new string('x', 257)), home),
            ("wrong-partition", good.ToByteArray(), (home + 1) % Partitions),
        ];
        using (var producer = new ProducerBuilder<byte[], byte[]?>(new ProducerConfig { BootstrapServers = servers }).Build())
        {
            foreach (var (_, value, partition) in bad)
                producer.Produce(new TopicPartition(topics.SipEvents, partition), new Message<byte[], byte[]?> { Key = "key"u8.ToArray(), Value = value });
            producer.Produce(new TopicPartition(topics.SipEvents, home),
                new Message<byte[], byte[]?> { Key = "good@test"u8.ToArray(), Value = good.ToByteArray() });
            producer.Flush(TimeSpan.FromSeconds(10));
        }

        var changes = await OutputTopics.ReadChangesAsync(servers, prefix, c => c.Count > 0);
        Assert.Equal("good@test", Assert.Single(changes).CallId);
        var letters = OutputTopics.ReadAll(servers, topics.DeadLetters, records => records.Count >= bad.Length);
        Assert.Equal(bad.Select(b => b.Cause).Order(StringComparer.Ordinal), letters.Select(l => l.Header("cause")).Order(StringComparer.Ordinal));
        foreach (var letter in letters)
        {
            Assert.Equal(topics.SipEvents, letter.Header("origin-topic"));
            Assert.Equal(letter.Partition.Value.ToString(CultureInfo.InvariantCulture), letter.Header("origin-partition"));
            Assert.True(long.Parse(letter.Header("origin-offset"), CultureInfo.InvariantCulture) >= 0);
            Assert.True(long.Parse(letter.Header("origin-timestamp"), CultureInfo.InvariantCulture) > 0);
            Assert.Equal("key", Encoding.UTF8.GetString(letter.Message.Key));
        }
        string[] measured = [.. bad.CountBy(b => b.Cause).Select(cause => $"dlgs_dead_letters_total{{cause=\"{cause.Key}\"}} {cause.Value}"),
            "dlgs_calls_up{state=\"init\"} 1", $"dlgs_input_lag{{partition=\"{home}\"}} 0"];
        using var client = new HttpClient { BaseAddress = new Uri(http) };
        await service.WaitForAsync(
            () => measured.All(client.GetStringAsync("/metrics").GetAwaiter().GetResult().Split('\n').Contains), string.Join(", ", measured));
    }

    [Fact]
    public async Task Producer_with_a_clock_a_year_ahead_moves_neither_log_time_nor_the_call_s_times()
    {
        var (servers, prefix) = (kafka.Require(), $"p{Guid.NewGuid():N}.");
        using var service = DlgsProcess.Serve(servers, prefix, "one", 1, "--partitions", "1");
        await service.WaitForActiveAsync(1);
        var (start, ahead) = (TimeProvider.System.GetUtcNow(), TimeProvider.System.GetUtcNow().AddYears(1));
        var invite = new SipEvent
        {
            CallId = "ahead@test", FromTag = "a", Method = "INVITE", Cseq = 1, ViaBranches = { "u" },
            TimeUnixUs = ahead.ToUnixTimeMilliseconds() * 1000,
        };
        using (var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig { BootstrapServers = servers }).Build())
        {
            producer.Produce(new TopicPartition(new Topics(prefix).SipEvents, 0),
                new Message<byte[], byte[]> { Value = invite.ToByteArray(), Timestamp = new Timestamp(ahead) });
            producer.Flush(TimeSpan.FromSeconds(10));
        }
        var change = Assert.Single(await OutputTopics.ReadChangesAsync(servers, prefix, c => c.Count > 0, service));
        Assert.InRange(change.LogTime.ToDateTimeOffset(), start.AddSeconds(-1), ahead.AddDays(-1));
        Assert.Equal(change.LogTime, change.InitTime);
    }

    private static byte[] Bad(SipEvent good, Action<SipEvent> spoil)
    {
        var bad = good.Clone();
        spoil(bad);
        return bad.ToByteArray();
    }
}
