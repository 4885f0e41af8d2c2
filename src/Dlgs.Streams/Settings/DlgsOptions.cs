using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Settings;

/// <summary>
/// The settings of the service. Each has one name: in files as it stands here, in the environment DLGS_ and the name in capitals, on the
/// command line with dashes. Any setting of librdkafka passes through under kafka:, except the ones that exactly-once depends on.
/// </summary>
internal sealed class DlgsOptions
{
    [ConfigurationKeyName("bootstrap_servers"), Description("Kafka brokers, host:port[,...]. Required, unless embedded.")]
    public string? BootstrapServers { get; set; }

    [ConfigurationKeyName("embedded")]
    [Description("Run with a broker inside the process, for trying out: nothing survives it, and it proves nothing about exactly-once.")]
    public bool Embedded { get; set; }

    [ConfigurationKeyName("topic_prefix")]
    [RegularExpression("[A-Za-z0-9._-]{0,100}", ErrorMessage = "topic_prefix: letters, digits, '.', '_' and '-', at most 100.")]
    [Description("What every topic's name begins with.")]
    public string TopicPrefix { get; set; } = "dlgs.";

    [ConfigurationKeyName("instance"), RegularExpression("[A-Za-z0-9._-]{1,100}", ErrorMessage = "instance: letters, digits, '.', '_' and '-', 1 to 100.")]
    [Description("Name of this instance, stable over restarts. Default: the host name.")]
    public string Instance { get; set; } = Environment.MachineName;

    [ConfigurationKeyName("group"), RegularExpression("[A-Za-z0-9._-]{1,200}", ErrorMessage = "group: letters, digits, '.', '_' and '-', 1 to 200.")]
    [Description("Consumer group that shares the partitions; a topic_prefix has one, for as long as its store lives. Default: topic_prefix and 'lanes'.")]
    public string? Group { get; set; }

    [ConfigurationKeyName("accept_gap"), RegularExpression(Decisions, ErrorMessage = "accept_gap: PARTITION@OFFSET[,...].")]
    [Description("Partitions that may go on without input records that are gone, "
        + "PARTITION@OFFSET[,...], as the log names them when it stops one. For that one gap only.")]
    public string? AcceptGap { get; set; }

    [ConfigurationKeyName("begin_anew"), RegularExpression(Decisions, ErrorMessage = "begin_anew: PARTITION@OFFSET[,...].")]
    [Description("Partitions that may begin with an empty store where theirs was deleted, PARTITION@OFFSET[,...]: the input offset to begin at.")]
    public string? BeginAnew { get; set; }

    [ConfigurationKeyName("accept_topics")]
    [Description("Go on with topics that are not those the store was written with, for one start: "
        + "after a move to another cluster, or a restore from a backup.")]
    public bool AcceptTopics { get; set; }

    [ConfigurationKeyName("leave_on_stop")]
    [Description("When the instance is stopped, the others get its partitions at once, as by dlgs leave; "
        + "a restart then moves them all. Without it nobody has them until it returns, or its session is over.")]
    public bool LeaveOnStop { get; set; }

    [ConfigurationKeyName("grpc"), Description("Address of the query service: an IP address, or localhost, which is 127.0.0.1. Only loopback without TLS.")]
    public string Grpc { get; set; } = "http://127.0.0.1:5090";

    [ConfigurationKeyName("grpc_certificate"), Description("PEM file with the certificate (chain) for an https address of the query service.")]
    public string? GrpcCertificate { get; set; }

    [ConfigurationKeyName("grpc_key"), Description("PEM file with the certificate's private key.")]
    public string? GrpcKey { get; set; }

    [ConfigurationKeyName("lanes"), Range(0, 64, ErrorMessage = "lanes: 0 to 64.")]
    [Description("Threads that process partitions; 0: the smaller of cores and 4.")]
    public int Lanes { get; set; }

    [ConfigurationKeyName("partitions"), Range(1, 10_000, ErrorMessage = "partitions: 1 to 10000.")]
    [Description("Partitions of the input topic where the service creates it.")]
    public int Partitions { get; set; } = 24;

    [ConfigurationKeyName("commit_interval_ms"), Range(10, 5_000, ErrorMessage = "commit_interval_ms: 10 to 5000 (ms).")]
    [Description("Milliseconds of input in one transaction.")]
    public int CommitIntervalMs { get; set; } = 100;

    [ConfigurationKeyName("records_per_transaction"), Range(1, 1_000_000, ErrorMessage = "records_per_transaction: 1 to 1000000.")]
    [Description("Input records in one transaction, at most.")]
    public int RecordsPerTransaction { get; set; } = 50_000;

    [ConfigurationKeyName("expiries_per_transaction"), Range(1, 1_000_000, ErrorMessage = "expiries_per_transaction: 1 to 1000000.")]
    [Description("Deadlines fired in one transaction, at most.")]
    public int ExpiriesPerTransaction { get; set; } = 20_000;

    [ConfigurationKeyName("timer_interval"), Range(1, 3_600, ErrorMessage = "timer_interval: 1 to 3600 (s).")]
    [Description("Seconds without input after which a partition with a deadline that is due gets a tick.")]
    public int TimerInterval { get; set; } = 1;

    [ConfigurationKeyName("init_lifetime"), Range(1, 86_400, ErrorMessage = "init_lifetime: 1 to 86400 (s).")]
    [Description("Seconds after the last sign of an unanswered call until it expires.")]
    public int InitLifetime { get; set; } = 180;

    [ConfigurationKeyName("active_lifetime"), Range(1, 2_592_000, ErrorMessage = "active_lifetime: 1 to 2592000 (s).")]
    [Description("Seconds after its answer until a call without session timer expires.")]
    public int ActiveLifetime { get; set; } = 10_800;

    [ConfigurationKeyName("finish_lifetime"), Range(1, 86_400, ErrorMessage = "finish_lifetime: 1 to 86400 (s).")]
    [Description("Seconds that a finished dialog stays in lists and answers.")]
    public int FinishLifetime { get; set; } = 10;

    [ConfigurationKeyName("late_lifetime"), Range(1, 604_800, ErrorMessage = "late_lifetime: 1 to 604800 (s).")]
    [Description("Seconds that a settled call still takes late messages; longer than your slowest proxy lags.")]
    public int LateLifetime { get; set; } = 300;

    [ConfigurationKeyName("output_format"), RegularExpression("protobuf|json", ErrorMessage = "output_format: protobuf or json.")]
    [Description("Format of dialog-changes and calls: protobuf or json.")]
    public string OutputFormat { get; set; } = "protobuf";

    [ConfigurationKeyName("limit_call_id"), Description("Bytes of a Call-ID, at most."), Range(16, 1_024, ErrorMessage = "limit_call_id: 16 to 1024 (bytes).")]
    public int LimitCallId { get; set; } = 256;

    [ConfigurationKeyName("limit_tag"), Range(16, 1_024, ErrorMessage = "limit_tag: 16 to 1024 (bytes).")]
    [Description("Bytes of a SIP tag or an operator's tag, at most.")]
    public int LimitTag { get; set; } = 128;

    [ConfigurationKeyName("limit_text"), Range(16, 16_384, ErrorMessage = "limit_text: 16 to 16384 (bytes).")]
    [Description("Bytes of a URI or an attribute, at most.")]
    public int LimitText { get; set; } = 1_024;

    [ConfigurationKeyName("limit_session_expires"), Range(90, 2_592_000, ErrorMessage = "limit_session_expires: 90 to 2592000 (s).")]
    [Description("Seconds that a Session-Expires counts for, at most: nobody keeps a call in the counts for ever.")]
    public int LimitSessionExpires { get; set; } = 86_400;

    [ConfigurationKeyName("limit_record"), Range(32_768, 900_000, ErrorMessage = "limit_record: 32768 to 900000 (bytes).")]
    [Description("Bytes of a call's record, at most; one that would grow beyond takes only the ends of its dialogs.")]
    public int LimitRecord { get; set; } = 262_144;

    [ConfigurationKeyName("restore_stall"), Range(1, 3_600, ErrorMessage = "restore_stall: 1 to 3600 (s).")]
    [Description("Seconds without progress after which a restore says why it stalls.")]
    public int RestoreStall { get; set; } = 30;

    /// <summary>
    /// Never, by default: what stops an input stops it for every instance, and without any the callers would have no answer at all, where an
    /// old one says how old it is. A start anew would mend nothing either.
    /// </summary>
    [ConfigurationKeyName("ready_stall"), Range(0, 86_400, ErrorMessage = "ready_stall: 0 to 86400 (s).")]
    [Description("Seconds that a partition may stand still, though its input goes on, before health is NOT_SERVING; seen from 10 s on. "
        + "0: it answers, and says since when.")]
    public int ReadyStall { get; set; }

    [ConfigurationKeyName("queries_in_flight"), Range(1, 100_000, ErrorMessage = "queries_in_flight: 1 to 100000.")]
    [Description("Queries that are under way at once; more are refused.")]
    public int QueriesInFlight { get; set; } = 1_000;

    [ConfigurationKeyName("query_scans"), Range(0, 64, ErrorMessage = "query_scans: 0 to 64.")]
    [Description("Scanning queries (re, sw, fm, lists) that run at once; "
        + "16 times as many take turns with them, more are refused. 0: half the cores, at least 1.")]
    public int QueryScans { get; set; }

    [ConfigurationKeyName("query_time"), Range(1, 300, ErrorMessage = "query_time: 1 to 300 (s).")]
    [Description("Seconds that a query may take, waiting included, where its deadline is not sooner.")]
    public int QueryTime { get; set; } = 10;

    [ConfigurationKeyName("query_scan_time"), Range(1, 300, ErrorMessage = "query_scan_time: 1 to 300 (s).")]
    [Description("Seconds that a scanning query may scan; what it waits for others does not count.")]
    public int QueryScanTime { get; set; } = 5;

    [ConfigurationKeyName("query_waiters"), Range(1, 100_000, ErrorMessage = "query_waiters: 1 to 100000.")]
    [Description("Queries that wait at once for their demand.positions, beside those in flight; more are refused.")]
    public int QueryWaiters { get; set; } = 200;

    [ConfigurationKeyName("query_writes"), Description("Requests for tags and closes that are under way at once; more are refused.")]
    [Range(1, 10_000, ErrorMessage = "query_writes: 1 to 10000.")]
    public int QueryWrites { get; set; } = 100;

    [ConfigurationKeyName("query_filters"), Description("Filters in one query, at most."), Range(1, 128, ErrorMessage = "query_filters: 1 to 128.")]
    public int QueryFilters { get; set; } = 32;

    [ConfigurationKeyName("query_pattern"), Range(1, 1_024, ErrorMessage = "query_pattern: 1 to 1024 (bytes).")]
    [Description("Bytes of a pattern (re, fm), at most.")]
    public int QueryPattern { get; set; } = 256;

    [ConfigurationKeyName("query_positions"), Range(1, 10_000, ErrorMessage = "query_positions: 1 to 10000.")]
    [Description("Positions of a regular expression (characters, brackets, anchors; intervals written out), at most.")]
    public int QueryPositions { get; set; } = 1_000;

    [ConfigurationKeyName("query_page"), Description("Dialogs in one answer, at most."), Range(1, 10_000, ErrorMessage = "query_page: 1 to 10000.")]
    public int QueryPage { get; set; } = 1_000;

    /// <summary>Settings that go to librdkafka as they are.</summary>
    [ConfigurationKeyName("kafka")]
    public Dictionary<string, string> Kafka { get; set; } = [];

    /// <summary>Throws <see cref="CryptographicException"/> or an IO exception for files that are no certificate and key.</summary>
    public X509Certificate2 LoadCertificate() => X509Certificate2.CreateFromPemFile(GrpcCertificate!, GrpcKey);

    private const string Decisions = @"\s*\d{1,9}@\d{1,18}(\s*,\s*\d{1,9}@\d{1,18})*\s*";

    /// <summary>Two services on one cluster differ by their prefix, and so by their group.</summary>
    public string GroupName => Group ?? TopicPrefix + "lanes";

    /// <summary>The other cores are the lanes'.</summary>
    public int ScanCount => QueryScans > 0 ? QueryScans : Math.Max(1, Environment.ProcessorCount / 2);

    public int LaneCount => Lanes > 0 ? Lanes : Math.Min(Environment.ProcessorCount, 4);
}

/// <summary>Ranges, from the attributes above; generated.</summary>
[OptionsValidator]
internal sealed partial class DlgsOptionsAttributes : IValidateOptions<DlgsOptions>;

/// <summary>The generated check names properties, and drops the attributes' own words; people know settings.</summary>
internal sealed class DlgsOptionsRanges : IValidateOptions<DlgsOptions>
{
    private readonly DlgsOptionsAttributes attributes = new();

    public ValidateOptionsResult Validate(string? name, DlgsOptions options)
    {
        var result = attributes.Validate(name, options);
        return result.Failed ? ValidateOptionsResult.Fail(result.Failures.Select(InWordsOfTheSetting)) : result;
    }

    private static string InWordsOfTheSetting(string failure)
    {
        var property = typeof(DlgsOptions).GetProperty(failure[..Math.Max(0, failure.IndexOf(':', StringComparison.Ordinal))]);
        return property?.GetCustomAttribute<ValidationAttribute>()?.ErrorMessage ?? failure;
    }
}

/// <summary>What no attribute can say.</summary>
internal sealed class DlgsOptionsRules : IValidateOptions<DlgsOptions>
{
    public ValidateOptionsResult Validate(string? name, DlgsOptions options)
    {
        var failures = new List<string>();
        if (string.IsNullOrWhiteSpace(options.BootstrapServers) && !options.Embedded)
            failures.Add("bootstrap_servers: required (--bootstrap-servers or DLGS_BOOTSTRAP_SERVERS); to try the service without a broker, --embedded.");
        // An empty text passes a regular expression.
        if (options.Group is "") failures.Add("group: not empty; leave it out for the default.");
        if (options.Instance is "") failures.Add("instance: not empty; leave it out for the default.");
        if (!string.IsNullOrWhiteSpace(options.BootstrapServers) && options.Embedded)
            failures.Add("embedded: not together with bootstrap_servers; a service that bills must not run on the embedded broker.");
        failures.AddRange(KafkaSettings.Failures(options.Kafka));
        if (GrpcFailure(options) is { } failure) failures.Add(failure);
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static string? GrpcFailure(DlgsOptions options)
    {
        if (ListenAddress.Parse(options.Grpc, out var failure) is not { } address) return $"grpc: {failure}";
        if (!address.IsTls)
            return address.IsLoopback ? null : $"grpc: '{options.Grpc}' is not loopback; without TLS anybody could read and count your calls there.";
        if (options.GrpcCertificate is null || options.GrpcKey is null) return $"grpc: '{options.Grpc}' needs grpc_certificate and grpc_key.";
        try
        {
            using var certificate = options.LoadCertificate();
            return null;
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            return $"grpc_certificate, grpc_key: '{options.GrpcCertificate}' and '{options.GrpcKey}' are no certificate with its key: {e.Message}";
        }
    }
}
