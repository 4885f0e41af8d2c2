using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Dlgs.Streams.Settings;
using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Kafka;

/// <summary>The service cannot run as things are; the message says what was found, where, and what to do.</summary>
internal sealed class RefusalException(string message) : Exception(message);

/// <summary>What the lanes have to know of the topics: the partitions that Call-IDs are hashed over, and the largest dead letter.</summary>
internal readonly record struct TopicLayout(int Partitions, int InputPartitions, int LetterBytes);

/// <summary>A setting of a topic with which the service cannot run, or not for long; in words, with what to do.</summary>
internal sealed record TopicMisfit(string Topic, string Setting, string Words);

/// <summary>Makes the topics that are missing with the right settings, and refuses what does not fit, before anything is read.</summary>
internal sealed partial class TopicCheck(
    IOptions<ClusterOptions> options, Topics topics, RecordSizes sizes, ClusterAdmin cluster, GroupState group, ILogger<TopicCheck> logger)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MetadataTimeout = TimeSpan.FromSeconds(4);

    /// <summary>How often, and how far apart, what a broker just made is asked for until all know it.</summary>
    private const int Attempts = 25;
    private static readonly TimeSpan AttemptDelay = TimeSpan.FromMilliseconds(200);

    private bool hasSaidUnread;

    /// <summary>The partition count is that of the store topic, which pins what the input had when it began.</summary>
    public async Task<TopicLayout> RunAsync(CancellationToken cancellation)
    {
        var admin = cluster.Client;
        if (options.Value.Embedded) return new TopicLayout(PartitionsOf(admin, topics.SipEvents), PartitionsOf(admin, topics.SipEvents), RecordSizes.Largest);
        var input = await FindOrCreateAsync(admin, topics.SipEvents, options.Value.Partitions, cancellation);
        if (PartitionsOf(admin, topics.DialogStore) == 0) await RefuseLostStoreAsync(input, cancellation);
        var pinned = await FindOrCreateAsync(admin, topics.DialogStore, input, cancellation);
        if (input < pinned)
            throw new RefusalException($"{topics.SipEvents} has {input} partitions, but {topics.DialogStore} was begun with {pinned}: "
                + "calls would be looked for where they are not. Give the input its partitions back, or begin anew under another topic_prefix.");
        if (input > pinned) LogMorePartitions(logger, topics.SipEvents, input, pinned);
        foreach (var topic in new[] { topics.DialogChanges, topics.Calls, topics.DeadLetters })
        {
            var partitions = await FindOrCreateAsync(admin, topic, pinned, cancellation);
            if (partitions < pinned)
                throw new RefusalException($"{topic} has {partitions} partitions, fewer than the {pinned} of {topics.DialogStore}: "
                    + "outputs go to their input's partition. Add partitions to it.");
        }
        return new TopicLayout(pinned, input, await CheckSettingsAsync(admin, cancellation));
    }

    /// <summary>The topic's partitions, made where it is missing.</summary>
    private async Task<int> FindOrCreateAsync(IAdminClient admin, string topic, int partitions, CancellationToken cancellation)
    {
        var found = PartitionsOf(admin, topic);
        if (found > 0 || await CreateAsync(admin, topic, partitions, TopicSettings.Of(topic, topics, options.Value))) return found > 0 ? found : partitions;
        // Somebody else was first, a moment ago: not every broker knows it yet, and it may have other partitions.
        for (var attempt = 1; attempt < Attempts && (found = PartitionsOf(admin, topic)) == 0; attempt++) await Task.Delay(AttemptDelay, cancellation);
        if (found > 0) return found;
        throw new KafkaException(new Error(ErrorCode.UnknownTopicOrPart, $"{topic} exists, says the broker that was to make it, "
            + "but no broker lists it for this service's user: give it the right to DESCRIBE the topic"));
    }

    /// <summary>False: it exists already.</summary>
    private async Task<bool> CreateAsync(IAdminClient admin, string topic, int partitions, Dictionary<string, string> settings)
    {
        try
        {
            var wanted = new TopicSpecification { Name = topic, NumPartitions = partitions, ReplicationFactor = -1, Configs = settings };
            await admin.CreateTopicsAsync([wanted], new CreateTopicsOptions { RequestTimeout = Timeout });
            LogCreated(logger, topic, partitions);
            return true;
        }
        catch (CreateTopicsException e) when (e.Results[0].Error.Code == ErrorCode.TopicAlreadyExists)
        {
            return false;
        }
        catch (CreateTopicsException e)
        {
            var error = e.Results[0].Error;
            var right = error.Code is ErrorCode.TopicAuthorizationFailed or ErrorCode.ClusterAuthorizationFailed
                ? $" (or this service's user may not see it: give it its rights to {topic}; or CREATE on topics that begin with {topics.Prefix})"
                : "";
            var what = $"{topic} does not exist{right} and could not be made: {error.Reason.TrimEnd('.')}. "
                + $"Make it yourself: {partitions} partitions, {string.Join(", ", settings.Select(s => $"{s.Key}={s.Value}"))}";
            // A broker that is down is one too few for the replicas; that passes.
            if (error.Code is not (ErrorCode.InvalidReplicationFactor or ErrorCode.NotController
                or ErrorCode.RequestTimedOut or ErrorCode.ThrottlingQuotaExceeded))
                throw new RefusalException(what + ".");
            throw new KafkaException(new Error(error.Code, what));
        }
    }

    /// <summary>An empty store beside a group that has read: somebody deleted it, and the calls that are up would be forgotten without a word.</summary>
    private async Task RefuseLostStoreAsync(int partitions, CancellationToken cancellation)
    {
        var found = await Task.Run(() => group.CommittedOffsets([.. Enumerable.Range(0, partitions)]), cancellation);
        // A coordinator that has just come up reads its log first.
        for (var attempt = 1; attempt < Attempts && found.Values.Any(offset => offset.Failure is not null); attempt++)
        {
            await Task.Delay(AttemptDelay, cancellation);
            found = await Task.Run(() => group.CommittedOffsets([.. Enumerable.Range(0, partitions)]), cancellation);
        }
        if (found.Values.Select(offset => offset.Failure).FirstOrDefault(failure => failure is not null) is { } why)
            throw new KafkaException(new Error(ErrorCode.Local_TimedOut, why));
        var read = found.Where(offset => offset.Value.Value is not null).OrderBy(offset => offset.Key).ToArray();
        if (read.Length == 0 || options.Value.BeginAnew is not null) return;
        throw new RefusalException($"{topics.DialogStore} does not exist, but group {options.Value.GroupName} has committed offsets of {topics.SipEvents}: "
            + "somebody deleted the store. Restore it from a backup; or begin with an empty one, without the calls that are up: "
            + $"begin_anew={string.Join(',', read.Select(offset => $"{offset.Key}@{offset.Value.Value}"))}.");
    }

    /// <summary>Returns the largest dead letter that its topic takes. What this user may not read is not checked.</summary>
    private async Task<int> CheckSettingsAsync(IAdminClient admin, CancellationToken cancellation)
    {
        var settings = await DescribeAsync(admin, cancellation);
        string[] unread = [.. topics.All.Except(settings.Keys)];
        if (unread.Length > 0 && !hasSaidUnread) LogUnread(logger, string.Join(", ", unread));
        hasSaidUnread |= unread.Length > 0;
        if (Misfits(settings).FirstOrDefault() is { } misfit) throw new RefusalException(misfit.Words);
        return (int)Math.Min(LargestRecord(settings, topics.DeadLetters), RecordSizes.Largest);
    }

    /// <summary>The settings that do not fit, each with what to do. At start one is a reason to refuse, later one to warn.</summary>
    public IEnumerable<TopicMisfit> Misfits(Dictionary<string, Dictionary<string, ConfigEntryResult>> settings)
    {
        foreach (var topic in topics.Outputs.Where(settings.ContainsKey))
        {
            if (LargestRecord(settings, topic) is var bytes && bytes < sizes.Required)
                yield return new TopicMisfit(topic, "max.message.bytes", $"{topic} has max.message.bytes={bytes}, but needs {sizes.Required}: "
                    + $"what is larger could not be written, and would stop its partition. {HowToSet(topic, "max.message.bytes", $"{RecordSizes.Largest}")}");
        }
        (string Topic, string Setting, string Value, string Why)[] demands =
        [
            (topics.SipEvents, "message.timestamp.type", "LogAppendTime", "lifetimes run in the broker's append times"),
            (topics.DialogStore, "cleanup.policy", "compact", "with deletion, calls that are up would be forgotten"),
            .. new[] { topics.DialogChanges, topics.Calls, topics.DeadLetters }
                .Select(topic => (topic, "cleanup.policy", "delete", "compaction would drop all but the last change of a call")),
        ];
        foreach (var (topic, setting, value, why) in demands.Where(demand => settings.ContainsKey(demand.Topic)))
        {
            if (settings[topic][setting].Value is var found && found != value)
                yield return new TopicMisfit(topic, setting, $"{topic} has {setting}={found}, but needs {value}: {why}. {HowToSet(topic, setting, value)}");
        }
    }

    /// <summary>A topic that was made a moment ago is not known to every broker yet.</summary>
    private async Task<Dictionary<string, Dictionary<string, ConfigEntryResult>>> DescribeAsync(IAdminClient admin, CancellationToken cancellation)
    {
        var resources = topics.Outputs.Append(topics.SipEvents).Select(topic => new ConfigResource { Type = ResourceType.Topic, Name = topic }).ToArray();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var described = await admin.DescribeConfigsAsync(resources, new DescribeConfigsOptions { RequestTimeout = Timeout });
                return described.ToDictionary(d => d.ConfigResource.Name, d => d.Entries);
            }
            catch (DescribeConfigsException e)
                when (attempt < Attempts && e.Results.All(r => r.Error.Code is ErrorCode.NoError or ErrorCode.UnknownTopicOrPart))
            {
                await Task.Delay(AttemptDelay, cancellation);
            }
            catch (DescribeConfigsException e)
                when (e.Results.All(r => r.Error.Code is ErrorCode.NoError or ErrorCode.TopicAuthorizationFailed))
            {
                return e.Results.Where(r => !r.Error.IsError).ToDictionary(r => r.ConfigResource.Name, r => r.Entries);
            }
        }
    }

    private static string HowToSet(string topic, string name, string value) =>
        $"Set it: kafka-configs.sh --alter --entity-type topics --entity-name {topic} --add-config {name}={value}";

    private static long LargestRecord(Dictionary<string, Dictionary<string, ConfigEntryResult>> settings, string topic) =>
        settings.TryGetValue(topic, out var known) ? long.Parse(known["max.message.bytes"].Value, CultureInfo.InvariantCulture) : RecordSizes.KafkasDefault;

    /// <summary>0: there is none. All topics are asked for, because asking for one makes it where the brokers may, with the wrong settings.</summary>
    private static int PartitionsOf(IAdminClient admin, string topic) =>
        admin.GetMetadata(MetadataTimeout).Topics.Find(t => t.Topic == topic)?.Partitions.Count ?? 0;

    [LoggerMessage(1, LogLevel.Information, "Created topic {Topic} with {Partitions} partitions")]
    private static partial void LogCreated(ILogger logger, string topic, int partitions);

    [LoggerMessage(3, LogLevel.Warning,
        "The settings of {Topics} were not checked, because this service's user may not read them: that needs the right to DESCRIBE_CONFIGS. "
            + "README.md says what they have to be")]
    private static partial void LogUnread(ILogger logger, string topics);

    [LoggerMessage(2, LogLevel.Error,
        "Topic {Topic} has {Partitions} partitions, but calls are hashed over {Pinned}: the others are ignored, and what producers write there is lost")]
    private static partial void LogMorePartitions(ILogger logger, string topic, int partitions, int pinned);
}
