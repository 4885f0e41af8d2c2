using Dlgs.Streams.Kafka;

namespace Dlgs.Streams.Tests.Kafka;

/// <summary>When it is told that no broker answers, and with which words. Times are seconds.</summary>
public sealed class BrokerContactTests
{
    private readonly BrokerContact contact = new();

    [Fact]
    public void Silence_is_told_once_when_it_has_lasted_and_once_when_it_is_over()
    {
        Assert.Null(contact.Answer(At(10)));
        Assert.Equal([false, false, false, true, false, false], new[] { 12.0, 13, 13.9, 14, 15, 600 }.Select(at => contact.Fail(At(at))));
        Assert.Equal(At(10), contact.AnsweredAt);
        Assert.Equal(At(600), contact.Answer(At(610)));
        Assert.Null(contact.Answer(At(612)));
    }

    [Fact]
    public void One_answer_in_between_is_contact()
    {
        for (var at = 0; at < 60; at += 3)
        {
            Assert.False(contact.Fail(At(at)));
            Assert.Null(contact.Answer(At(at)));
        }
    }

    [Fact]
    public void Brokers_that_never_answered_are_told_of_from_the_beginning_on()
    {
        Assert.True(contact.Fail(At(5)));
        Assert.Equal(TimeSpan.Zero, contact.AnsweredAt);
    }

    [Fact]
    public void Reason_is_the_last_that_came_since_a_broker_answered()
    {
        contact.Hear("kafka-1:9092/1: Disconnected (after 60000ms in state UP)");
        contact.Answer(At(1));
        Assert.Null(contact.Reason);
        contact.Hear("kafka-1:9092/1: Disconnected (after 60000ms in state UP)");
        contact.Hear("kafka-1:9092/1: Connect to ipv4#10.0.0.1:9092 failed: Connection refused (after 0ms in state CONNECT)");
        contact.Hear("3/3 brokers are down");
        Assert.Equal("kafka-1:9092: Connection refused", contact.Reason);
    }

    /// <summary>Words of librdkafka 2.16.</summary>
    [Theory]
    [InlineData("127.0.0.1:9092/1: Connect to ipv4#127.0.0.1:9092 failed: Connection refused (after 0ms in state CONNECT, 30 identical error(s) suppressed)",
        "127.0.0.1:9092: Connection refused")]
    [InlineData("kafka-1:9092/bootstrap: Failed to resolve 'kafka-1:9092': Name or service not known (after 12ms in state CONNECT)",
        "kafka-1:9092: Failed to resolve 'kafka-1:9092': Name or service not known")]
    [InlineData("127.0.0.1:9092/1: 1 request(s) timed out: disconnect (average rtt 1.234ms) (after 5000ms in state UP)",
        "127.0.0.1:9092: 1 request(s) timed out: disconnect (average rtt 1.234ms)")]
    [InlineData("[::1]:9092/-1: Connect to ipv6#[::1]:9092 failed: Connection refused", "[::1]:9092: Connection refused")]
    [InlineData("1/1 brokers are down", null)]
    [InlineData("GroupCoordinator: 127.0.0.1:9092: Disconnected", null)]
    public void Reason_names_the_broker_and_what_it_was(string reason, string? words) => Assert.Equal(words, BrokerContact.Shorten(reason));

    [Theory]
    [InlineData("kafka:ssl.ca.location", "certificate verify failed",
        "ssl://kafka-1:9093/bootstrap: SSL handshake failed: error:0A000086:SSL routines::certificate verify failed: broker certificate could not be "
        + "verified, verify that ssl.ca.location is correctly configured (after 4ms in state SSL_HANDSHAKE)")]
    [InlineData("kafka:sasl.username", "Invalid username or password",
        "sasl_plaintext://kafka-1:9093/bootstrap: SASL authentication error: Authentication failed: "
        + "Invalid username or password (after 3ms in state AUTH_REQ)")]
    [InlineData("kafka:sasl.username", "invalid credentials with SASL mechanism SCRAM-SHA-512",
        "sasl_ssl://kafka-1:9093/bootstrap: SASL authentication error: Authentication failed during authentication due to invalid credentials with SASL "
        + "mechanism SCRAM-SHA-512 (after 340ms in state AUTH_REQ)")]
    [InlineData("kafka:sasl.mechanism", "broker's supported mechanisms: SCRAM-SHA-512",
        "sasl_ssl://kafka-1:9093/bootstrap: SASL PLAIN mechanism handshake failed: Broker: Unsupported SASL mechanism: broker's supported "
        + "mechanisms: SCRAM-SHA-512 (after 1ms in state AUTH_HANDSHAKE)")]
    [InlineData("kafka:security.protocol", "receive 0 after POLLIN",
        "[thrd:kafka-1:9093/bootstrap]: kafka-1:9093/bootstrap: Disconnected: connection closed by peer: receive 0 after POLLIN "
        + "(after 3ms in state APIVERSION_QUERY)")]
    [InlineData("kafka:security.protocol", "connecting to a PLAINTEXT broker listener?",
        "ssl://kafka-1:9093/bootstrap: SSL handshake failed: Disconnected: SSL connection closed by peer: connecting to a PLAINTEXT broker listener? "
        + "(after 1ms in state SSL_HANDSHAKE)")]
    public void Reason_names_the_setting_to_look_at(string setting, string words, string reason)
    {
        var shown = BrokerContact.Shorten(reason);
        Assert.StartsWith("kafka-1:9093: ", shown, StringComparison.Ordinal);
        Assert.Contains($"{words}; ", shown, StringComparison.Ordinal);
        Assert.Contains(setting, shown, StringComparison.Ordinal);
    }

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);
}
