using System.Globalization;

namespace Dlgs.Streams.Settings;

/// <summary>Which of librdkafka's settings the operator may set, by its CONFIGURATION.md of 2.16: all but these, their aliases included.</summary>
internal static class KafkaSettings
{
    /// <summary>Of session.timeout.ms; others are measured by it.</summary>
    public const int DefaultSessionTimeoutMs = 30_000;

    /// <summary>A name that ends with a dot stands for all that begin so.</summary>
    private static readonly (string Why, string[] Names)[] Fixed =
    [
        ("exactly-once depends on it",
        [
            "isolation.level", "auto.offset.reset", "enable.auto.commit", "auto.commit.", "enable.auto.offset.store", "offset.store.",
            "acks", "request.required.acks", "enable.idempotence", "enable.gapless.guarantee", "transactional.id", "queuing.strategy",
            // The transaction's time-out is theirs; a record that gives up sooner takes its transaction with it, again and again.
            "message.timeout.ms", "delivery.timeout.ms",
            // Without it a request that timed out may be answered after all, and taken for the answer to another.
            "socket.max.fails",
        ]),
        ("the lanes depend on it",
        [
            "group.", "partition.assignment.strategy", "partitioner", "enable.partition.eof", "delivery.report.only.error", "dotnet.", "message.max.bytes",
            // Brokers that cannot be asked for their versions have no transactions.
            "api.version.", "broker.version.fallback",
            // Made by a question, a topic would have settings that are refused; hidden, it would be taken for missing.
            "allow.auto.create.topics", "topic.blacklist",
            // Callbacks that would not come, lines that nobody fetches, a signal that ends the process.
            "enabled_events", "log.queue", "internal.termination.signal", "test.mock.",
        ]),
        ("bootstrap_servers is the setting", ["bootstrap.servers", "metadata.broker.list"]),
    ];

    /// <summary>As it stands under kafka in configuration.</summary>
    public static void Fill(Dictionary<string, string> settings, IConfiguration configuration)
    {
        foreach (var section in configuration.GetSection("kafka").GetChildren()) settings[section.Key] = section.Value ?? "";
        SecretFiles.Read(settings);
    }

    public static IEnumerable<string> Failures(IReadOnlyDictionary<string, string> settings) =>
        settings.Keys.Select(Refusal)
            .Concat([.. SecretFiles.Failures(settings), HeartbeatFailure(settings), TransactionFailure(settings)])
            .OfType<string>();

    private static string? Refusal(string name)
    {
        foreach (var (why, names) in Fixed)
            if (names.Any(fix => fix.EndsWith('.')
                ? name.StartsWith(fix, StringComparison.OrdinalIgnoreCase)
                : name.Equals(fix, StringComparison.OrdinalIgnoreCase)))
                return $"kafka:{name}: not yours to set, {why}.";
        return null;
    }

    /// <summary>Neither librdkafka nor the brokers look at the two together.</summary>
    private static string? HeartbeatFailure(IReadOnlyDictionary<string, string> settings) =>
        Number(settings, "heartbeat.interval.ms") is { } heartbeat && heartbeat > Session(settings) / 3
            ? $"kafka:heartbeat.interval.ms: {heartbeat} ms, but at most a third of session.timeout.ms ({Session(settings)} ms): "
                + "two that are late must not end the session."
            : null;

    private static string? TransactionFailure(IReadOnlyDictionary<string, string> settings) =>
        Number(settings, "transaction.timeout.ms") is { } transaction && transaction >= Session(settings)
            ? $"kafka:transaction.timeout.ms: {transaction} ms, but less than session.timeout.ms ({Session(settings)} ms): "
                + "what an owner left open must be over when its successor comes."
            : null;

    private static int Session(IReadOnlyDictionary<string, string> settings) => Number(settings, "session.timeout.ms") ?? DefaultSessionTimeoutMs;

    private static int? Number(IReadOnlyDictionary<string, string> settings, string name) =>
        settings.TryGetValue(name, out var text) && int.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : null;
}
