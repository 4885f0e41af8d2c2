using Dlgs.Streams.Hosting;
using Dlgs.Streams.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Tests.Settings;

/// <summary>librdkafka's settings: which pass, and that none which cannot work gets as far as a lane.</summary>
public sealed class KafkaSettingsTests
{
    private const string ExactlyOnce = "exactly-once depends on it";
    private const string Lanes = "the lanes depend on it";

    [Theory]
    [InlineData(ExactlyOnce, "isolation.level auto.offset.reset enable.auto.commit auto.commit.enable auto.commit.interval.ms enable.auto.offset.store")]
    [InlineData(ExactlyOnce, "offset.store.method offset.store.path offset.store.sync.interval.ms")]
    [InlineData(ExactlyOnce, "acks request.required.acks enable.idempotence enable.gapless.guarantee transactional.id queuing.strategy")]
    [InlineData(ExactlyOnce, "message.timeout.ms delivery.timeout.ms socket.max.fails")]
    [InlineData(Lanes, "group.id GROUP.ID group.instance.id group.protocol group.protocol.type "
        + "group.remote.assignor partition.assignment.strategy partitioner")]
    [InlineData(Lanes, "enable.partition.eof delivery.report.only.error dotnet.consumer.consume.result.fields "
        + "dotnet.producer.enable.delivery.reports dotnet.cancellation.delay.max.ms")]
    [InlineData(Lanes, "message.max.bytes api.version.request api.version.request.timeout.ms api.version.fallback.ms broker.version.fallback")]
    [InlineData(Lanes, "allow.auto.create.topics topic.blacklist enabled_events log.queue "
        + "internal.termination.signal test.mock.num.brokers test.mock.broker.rtt")]
    [InlineData("bootstrap_servers is the setting", "bootstrap.servers metadata.broker.list")]
    public void What_the_service_stands_on_is_refused_by_name(string why, string names)
    {
        foreach (var name in names.Split(' ')) Assert.Equal($"kafka:{name}: not yours to set, {why}.", Assert.Single(Failures((name, "x"))));
    }

    [Theory]
    [InlineData("session.timeout.ms", "abc", "session.timeout.ms")]
    [InlineData("session.timeout.ms", "0", "session.timeout.ms")]
    [InlineData("max.in.flight", "10", "max.in.flight")]
    [InlineData("max.in.flight.requests.per.connection", "6", "max.in.flight")]
    [InlineData("retries", "0", "retries")]
    [InlineData("message.send.max.retries", "0", "retries")]
    [InlineData("max.poll.interval.ms", "6000", "max.poll.interval.ms")]
    [InlineData("socket.timeout.ms", "60000", "socket.timeout.ms")]
    [InlineData("receive.message.max.bytes", "1000", "receive.message.max.bytes")]
    [InlineData("compression.type", "rar", "compression.codec")]
    [InlineData("linger.msec", "1", "linger.msec")]
    [InlineData("dr_cb", "x", "dr_cb")]
    public void What_librdkafka_refuses_is_one_line_before_anything_runs(string name, string value, string named)
    {
        var failure = Assert.Single(Failures((name, value)));
        Assert.StartsWith("kafka: ", failure, StringComparison.Ordinal);
        Assert.Contains(named, failure, StringComparison.Ordinal);
    }

    [Fact]
    public void Times_that_do_not_go_together_are_refused()
    {
        Assert.StartsWith("kafka:heartbeat.interval.ms: 3000 ms, but at most a third of session.timeout.ms (6000 ms)",
            Assert.Single(Failures(("heartbeat.interval.ms", "3000"), ("session.timeout.ms", "6000"))), StringComparison.Ordinal);
        Assert.StartsWith("kafka:transaction.timeout.ms: 30000 ms, but less than session.timeout.ms (30000 ms)",
            Assert.Single(Failures(("transaction.timeout.ms", "30000"))), StringComparison.Ordinal);
    }

    [Fact]
    public void Any_other_setting_passes() => Assert.Empty(Failures(
        ("security.protocol", "SASL_SSL"), ("sasl.mechanism", "PLAIN"), ("sasl.username", "u"),
        ("sasl.password", "p"), ("session.timeout.ms", "12000"), ("heartbeat.interval.ms", "1000"),
        ("linger.ms", "1"), ("compression.type", "lz4"), ("batch.size", "500000"), ("client.rack", "a"),
        ("client.id", "billing"), ("fetch.min.bytes", "1"), ("queued.max.messages.kbytes", "8192"),
        ("queue.buffering.max.messages", "1000"), ("max.in.flight", "5"), ("statistics.interval.ms", "60000"),
        ("socket.keepalive.enable", "true"), ("reconnect.backoff.max.ms", "2000"), ("debug", "eos")));

    [Fact]
    public void Secret_may_stand_in_a_file_of_its_own()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, Secret + "\n");
            var settings = new Dictionary<string, string>();
            KafkaSettings.Fill(settings, new ConfigurationBuilder().AddInMemoryCollection([new("kafka:sasl.password.file", path)]).Build());
            Assert.Equal(KeyValuePair.Create("sasl.password", Secret), Assert.Single(settings));

            File.WriteAllText(path, "");
            Assert.Equal($"kafka:sasl.password.file: {path} is empty.", Assert.Single(Failures(("sasl.password.file", path))));
            Assert.Equal("kafka:sasl.password.file: not together with kafka:sasl.password.",
                Assert.Single(Failures(("sasl.password.file", path), ("sasl.password", Secret))));
        }
        finally
        {
            File.Delete(path);
        }
        var missing = Assert.Single(Failures(("sasl.password.file", path)));
        Assert.StartsWith($"kafka:sasl.password.file: '{path}' cannot be read: ", missing, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/dev/zero", "is larger than 65536 bytes.")]
    [InlineData("/", "is a directory.")]
    public void Secret_that_is_no_file_is_refused_by_what_it_is(string path, string what) =>
        Assert.Equal($"kafka:sasl.password.file: {path} {what}", Assert.Single(Failures(("sasl.password.file", path))));

    [Theory]
    [InlineData("sasl.password", "sasl.mechanism=PLAIN;security.protocol=WRONG")]
    [InlineData("sasl.password", "security.protocol=SASL_SSL;sasl.mechanism=SCRAM-SHA-512")]
    [InlineData("ssl.key.pem", "security.protocol=SSL")]
    [InlineData("ssl.key.password", "security.protocol=SSL;ssl.key.location=/nowhere")]
    [InlineData("ssl.keystore.password", "security.protocol=SSL;ssl.keystore.location=/nowhere")]
    [InlineData("sasl.oauthbearer.config", "security.protocol=SASL_SSL;sasl.mechanism=OAUTHBEARER")]
    [InlineData("sasl.oauthbearer.client.secret", "security.protocol=SASL_SSL;sasl.mechanism=OAUTHBEARER;sasl.oauthbearer.method=oidc")]
    [InlineData("sasl.pasword", "security.protocol=SSL")]
    public void Secret_is_in_no_refusal(string name, string beside)
    {
        var failures = Failures([(name, Secret), .. beside.Split(';').Select(setting => (setting.Split('=')[0], setting.Split('=')[1]))]);
        Assert.DoesNotContain(failures, failure => failure.Contains(Secret, StringComparison.Ordinal));
    }

    private const string Secret = "canary-s3cret";

    private static string[] Failures(params (string Name, string Value)[] settings)
    {
        var given = settings.Select(setting => KeyValuePair.Create($"kafka:{setting.Name}", (string?)setting.Value))
            .Append(new("bootstrap_servers", "127.0.0.1:1"));
        try
        {
            using var app = (IDisposable)ServiceHost.Build(configuration => configuration.AddInMemoryCollection(given));
            return [];
        }
        catch (OptionsValidationException e)
        {
            return [.. e.Failures];
        }
    }
}
