using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Dlgs.Streams.Kafka;

using Settings = Dictionary<string, Dictionary<string, ConfigEntryResult>>;

/// <summary>
/// Whether the topics are what they were at start. What the lanes have to act upon goes to <see cref="LaneContext.WatchedTopics"/>; what stops
/// nothing yet is told once, with what to do, and once when it is mended.
/// </summary>
internal sealed partial class TopicWatch(LaneContext context, TopicCheck check, ILogger<TopicWatch> logger)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    private readonly Dictionary<(string Topic, string Name), string> toldSettings = [];
    private readonly Dictionary<(string Topic, string Name), string> toldRights = [];
    private TimeSpan dueAt;

    public void Look(IAdminClient admin, TimeSpan now)
    {
        // An answer that may be a mistake is looked at again at once.
        if (now < dueAt && !context.WatchedTopics.IsInDoubt) return;
        dueAt = now + Period;
        try
        {
            var found = TopicIds.DescribeAsync(admin, context.Topics, ClusterWatch.QuestionTimeout).Within(ClusterWatch.QuestionTimeout);
            var settings = Describe(admin, found.Keys);
            Take(TopicIds.Of(found, context.Topics), settings);
            Tell(toldRights, [.. Rights.Missing(found, context.Topics)], "the right to ");
            if (settings.Count == context.Topics.All.Length)
                Tell(toldSettings, [.. check.Misfits(settings), .. More(found[context.Topics.SipEvents].Partitions.Count)], "");
        }
        catch (KafkaException)
        {
            // It will be asked again; and if nobody answers, that is told.
        }
    }

    /// <summary>Those whose settings could be read.</summary>
    private static Settings Describe(IAdminClient admin, IEnumerable<string> topics)
    {
        var resources = topics.Select(topic => new ConfigResource { Type = ResourceType.Topic, Name = topic });
        try
        {
            return admin.DescribeConfigsAsync(resources, new DescribeConfigsOptions { RequestTimeout = ClusterWatch.QuestionTimeout })
                .Within(ClusterWatch.QuestionTimeout).ToDictionary(each => each.ConfigResource.Name, each => each.Entries);
        }
        catch (DescribeConfigsException e)
        {
            return e.Results.Where(each => !each.Error.IsError).ToDictionary(each => each.ConfigResource.Name, each => each.Entries);
        }
    }

    private void Take(TopicIds ids, Settings settings)
    {
        var former = context.WatchedTopics.Current;
        var timestamps = settings.GetValueOrDefault(context.Topics.SipEvents)?["message.timestamp.type"].Value ?? former?.Facts.InputTimestampType ?? "";
        if (!context.WatchedTopics.Take(new TopicFacts(ids, timestamps), context.Time.GetTimestamp()) || former is null) return;
        foreach (var (topic, id, formerId) in context.Topics.All.Zip(ids.All, former.Ids.All))
        {
            if (id == formerId) continue;
            if (id.Length == 0) LogGone(logger, topic);
            else LogAnother(logger, topic, id, formerId.Length == 0 ? "none" : formerId);
        }
    }

    /// <summary>Of partitions that it had at start already the check has told.</summary>
    private IEnumerable<TopicMisfit> More(int partitions)
    {
        if (partitions <= context.InputPartitions) yield break;
        var (topic, pinned) = (context.Topics.SipEvents, context.Registry.PartitionCount);
        yield return new TopicMisfit(topic, "partitions", $"{topic} was given more partitions, {partitions}, but calls are hashed over {pinned}: "
            + $"the others are ignored, and what producers write there is lost. Have them hash over {pinned}; partitions cannot be taken back");
    }

    private void Tell(Dictionary<(string Topic, string Name), string> told, TopicMisfit[] misfits, string kind)
    {
        foreach (var misfit in misfits)
        {
            if (told.TryGetValue((misfit.Topic, misfit.Setting), out var words) && words == misfit.Words) continue;
            told[(misfit.Topic, misfit.Setting)] = misfit.Words;
            LogMisfit(logger, misfit.Words);
        }
        foreach (var (topic, setting) in told.Keys.Except(misfits.Select(misfit => (misfit.Topic, misfit.Setting))).ToArray())
        {
            told.Remove((topic, setting));
            LogMended(logger, topic, kind + setting);
        }
    }

    [LoggerMessage(66, LogLevel.Error, "{Topic} does not exist any more")]
    private static partial void LogGone(ILogger logger, string topic);

    [LoggerMessage(67, LogLevel.Error, "{Topic} was made anew: its id is {Id}, and was {Former}")]
    private static partial void LogAnother(ILogger logger, string topic, string id, string former);

    [LoggerMessage(68, LogLevel.Warning, "{Misfit}")]
    private static partial void LogMisfit(ILogger logger, string misfit);

    [LoggerMessage(69, LogLevel.Information, "{Topic}: {Setting} is again as it has to be")]
    private static partial void LogMended(ILogger logger, string topic, string setting);
}
