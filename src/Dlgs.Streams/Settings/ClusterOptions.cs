using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Settings;

/// <summary>The brokers, who this instance is to them, and what is decided about their topics.</summary>
internal sealed record ClusterOptions : IValidatableObject
{
    private const string Decisions = @"(\s*\d{1,9}@\d{1,18}\s*(,\s*\d{1,9}@\d{1,18}\s*)*)?";

    [Setting("bootstrap_servers", "Kafka brokers, host:port[,...]. Required, unless embedded.", Example = "kafka-1:9092,kafka-2:9092")]
    public string? BootstrapServers { get; init; }

    [Setting("embedded", "Run with a broker inside the process, for trying out: nothing survives it, and it proves nothing about exactly-once.")]
    public bool Embedded { get; init; }

    [Setting("topic_prefix", "What every topic's name begins with.")]
    [Pattern("[A-Za-z0-9._-]{0,100}", "letters, digits, '.', '_' and '-', at most 100")]
    public string TopicPrefix { get; init; } = "dlgs.";

    [Setting("instance", "Name of this instance, stable over restarts. Default: the host name.", Example = "dlgs-1")]
    [Pattern("[A-Za-z0-9._-]{1,100}", "letters, digits, '.', '_' and '-', 1 to 100; leave it out for the default")]
    public string Instance { get; init; } = Environment.MachineName;

    [Setting("group", "Consumer group that shares the partitions; a topic_prefix has one, for as long as its store lives. Default: topic_prefix and 'lanes'.",
        Example = "dlgs.lanes")]
    [Pattern("[A-Za-z0-9._-]{1,200}", "letters, digits, '.', '_' and '-', 1 to 200; leave it out for the default")]
    public string? Group { get; init; }

    [Setting("partitions", "Partitions of the input topic where the service creates it."), Count(1, 10_000)]
    public int Partitions { get; init; } = 24;

    [Setting("dead_letter_retention", "Seconds that dead letters are kept, where the service makes their topic."), Seconds(60, 2_000_000_000)]
    public TimeSpan DeadLetterRetention { get; init; } = TimeSpan.FromDays(7);

    [Setting("accept_gap", "Partitions that may go on without input records that are gone, PARTITION@OFFSET[,...], as the log names them when it stops "
        + "one. For that one gap only.", Example = "3@1200,5@77")]
    [Pattern(Decisions, "PARTITION@OFFSET[,...]")]
    public string? AcceptGap { get; init; }

    [Setting("begin_anew", "Partitions that may begin with an empty store where theirs was deleted, PARTITION@OFFSET[,...]: the input offset to begin at.",
        Example = "3@1200,5@77")]
    [Pattern(Decisions, "PARTITION@OFFSET[,...]")]
    public string? BeginAnew { get; init; }

    [Setting("accept_topics", "Go on with topics that are not those the store was written with, for one start: after a move to another cluster, or a "
        + "restore from a backup.")]
    public bool AcceptTopics { get; init; }

    /// <summary>Settings that go to librdkafka as they are.</summary>
    public Dictionary<string, string> Kafka { get; init; } = [];

    /// <summary>Two services on one cluster differ by their prefix, and so by their group.</summary>
    public string GroupName => Group ?? TopicPrefix + "lanes";

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var hasServers = !string.IsNullOrWhiteSpace(BootstrapServers);
        if (!hasServers && !Embedded)
            yield return new ValidationResult("bootstrap_servers: required (--bootstrap-servers or DLGS_BOOTSTRAP_SERVERS); "
                + "to try the service without a broker, --embedded.");
        if (hasServers && Embedded)
            yield return new ValidationResult("embedded: not together with bootstrap_servers; a service that bills must not run on the embedded broker.");
        foreach (var failure in KafkaSettings.Failures(Kafka)) yield return new ValidationResult(failure);
    }
}

[OptionsValidator]
internal sealed partial class ClusterOptionsCheck : IValidateOptions<ClusterOptions>;
