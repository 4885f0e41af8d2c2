using Confluent.Kafka;

namespace Dlgs.Streams.Kafka;

/// <summary>
/// What comes before the lanes: the topics as they have to be, their ids, and that nobody else runs under this name.
/// Brokers that do not answer are waited for.
/// </summary>
internal sealed partial class LaneStart(LaneContext context, TopicCheck topics, InstanceNameCheck name, ILogger<LaneStart> logger)
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan IdsTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Throws a RefusalException where only a decision helps: a setting that cannot work, topics that do not fit, a name that is taken.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        string? said = null;
        void Say(string reason)
        {
            if (reason != said) LogWaiting(logger, context.Cluster.BootstrapServers, said = reason);
        }
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await AdminAnswer.Track(TryAsync(cancellation));
                if (said is not null) LogOver(logger);
                return;
            }
            catch (KafkaException e)
            {
                // Of a connection that fails the client says more than the call.
                Say(e.Error.Code is ErrorCode.Local_Transport or ErrorCode.Local_TimedOut && context.Admin.Heard is { } heard
                    ? heard
                    : context.Cluster.Explain(e.Error, "use its topics"));
            }
            // A time-out that the client is given is not always kept (AdminAnswer).
            catch (TimeoutException)
            {
                Say($"no answer within {AnswerTimeout.TotalSeconds} s");
            }
            await Task.Delay(GrowingPause.After(attempt, ShortestPause, LongestPause), context.Time, cancellation);
        }
    }

    private async Task TryAsync(CancellationToken cancellation)
    {
        (context.Registry.PartitionCount, context.InputPartitions, context.LetterBytes) = await topics.RunAsync(cancellation).WithinAsync(AnswerTimeout);
        if (context.Clients.IsEmbedded) return;
        await LearnIdsAsync();
        await name.RunAsync(cancellation);
    }

    /// <summary>With a broker down they cannot be asked for. Then the watch learns them later; only who wants others accepted has to wait.</summary>
    private async Task LearnIdsAsync()
    {
        TopicIds ids;
        try
        {
            ids = await TopicIds.AskAsync(context.Admin.Client, context.Topics, IdsTimeout).WithinAsync(IdsTimeout);
        }
        catch (KafkaException e) when (e.Error.Code == ErrorCode.BrokerNotAvailable && !context.Cluster.AcceptTopics)
        {
            return;
        }
        if (!ids.AreComplete) throw new KafkaException(new Error(ErrorCode.UnknownTopicOrPart, "not every broker knows the topics yet"));
        context.Registry.InputId = ids.Input;
        context.WatchedTopics.Take(new TopicFacts(ids, "LogAppendTime"), context.Time.GetTimestamp());
        if (!context.Cluster.AcceptTopics) return;
        context.AcceptedIds = ids;
        LogAccepted(logger);
    }

    [LoggerMessage(70, LogLevel.Warning, "The brokers at {Servers} cannot be worked with yet, and are waited for: {Reason}")]
    private static partial void LogWaiting(ILogger logger, string? servers, string reason);

    [LoggerMessage(71, LogLevel.Information, "The brokers answer")]
    private static partial void LogOver(ILogger logger);

    [LoggerMessage(72, LogLevel.Warning,
        "accept_topics: topics that are not those the stores were written with are accepted as they are now. Take the setting out after this start")]
    private static partial void LogAccepted(ILogger logger);
}
