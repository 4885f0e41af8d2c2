using Confluent.Kafka;
using Dlgs.Streams.Logging;
using Dlgs.Streams.Partitions;

namespace Dlgs.Streams.Kafka;

/// <summary>What a lane says: one event each, past tense, with partition and offset.</summary>
internal sealed partial class Lane
{
    /// <summary>Between two words on what lasts: an outage of an hour is not an hour of lines.</summary>
    private static readonly TimeSpan Reminder = TimeSpan.FromMinutes(1);

    /// <summary>At most once a second per reason: poison comes in floods.</summary>
    private readonly SparseLines<string> floods = new(TimeSpan.FromSeconds(1), context.Time);
    private readonly SparseLines<string> reminders = new(Reminder, context.Time);
    private readonly Dictionary<int, (string Why, long At)> saidWaiting = [];

    /// <summary>Once, and again where it lasts.</summary>
    private void SayWaiting(LanePartition partition, string why)
    {
        if (saidWaiting.TryGetValue(partition.Partition, out var said) && said.Why == why
            && time.GetElapsedTime(said.At) < context.Settings.RestoreStall)
            return;
        saidWaiting[partition.Partition] = (why, time.GetTimestamp());
        LogWaiting(logger, context.Topics.SipEvents, partition.Partition, formerOwners.Found(partition.Partition) is { } found ? $"{why}; {found}" : why);
    }

    private void SayHeldBack(IEnumerable<LanePartition> heldBack)
    {
        if (reminders.AreDue("held back"))
            LogHeldBack(logger, context.Topics.SipEvents, PartitionRanges.Of(heldBack.Select(partition => partition.Partition)),
                context.Memory.Words, TakeOverTurn.Pause.TotalSeconds);
    }

    private void SayUnclearTimes()
    {
        while (context.Clocks.Unclear.TryDequeue(out var unclear)) LogUnclearTime(logger, PlainText.Of(unclear.Proxy), unclear.Value);
    }

    private void LogClient(IClient client, LogMessage message)
    {
        if (message.Level <= SyslogLevel.Warning) LogClientSaid(logger, lane, message.Message);
    }

    [LoggerMessage(21, LogLevel.Debug, "{Topic} [{Partition}] is active from offset {Offset} with {Calls} calls")]
    private static partial void LogActive(ILogger logger, string topic, int partition, long offset, int calls);

    [LoggerMessage(22, LogLevel.Critical,
        "{Topic} [{Partitions}] stands still, the other partitions go on: {Why}. {Opens}. It is looked at again in {Seconds} s, and then from time to time")]
    private static partial void LogClosed(ILogger logger, string topic, string partitions, string why, string opens, int seconds);

    [LoggerMessage(81, LogLevel.Warning, "{Topic} [{Partition}] goes on, and is at offset {Offset}. What had stopped it is over: {Why}")]
    private static partial void LogOpened(ILogger logger, string topic, int partition, long offset, string why);

    [LoggerMessage(82, LogLevel.Warning, "{Topic} [{Partition}] {Gap}")]
    private static partial void LogGap(ILogger logger, string topic, int partition, string gap);

    [LoggerMessage(83, LogLevel.Warning, "{Topic} [{Partition}] lost its place at offset {Offset}, and is looked into: {Reason}")]
    private static partial void LogLostPlace(ILogger logger, string topic, int partition, long offset, string reason);

    [LoggerMessage(88, LogLevel.Warning,
        "{Topic} [{Partitions}] waits to be taken over, memory is short: {Words}. While it is, one partition is in {Seconds} s")]
    private static partial void LogHeldBack(ILogger logger, string topic, string partitions, string words, double seconds);

    [LoggerMessage(84, LogLevel.Warning, "{Topic} [{Partition}] is ignored: calls are hashed over {Count} partitions, and what producers write there is lost")]
    private static partial void LogIgnored(ILogger logger, string topic, int partition, int count);

    [LoggerMessage(85, LogLevel.Warning, "Lane {Lane} was given {Topic} [{Partition}], a topic of another service in its group, and leaves it alone")]
    private static partial void LogForeign(ILogger logger, int lane, string topic, int partition);

    [LoggerMessage(86, LogLevel.Warning, "Lane {Lane} could not end its transaction, and does it again; nothing of it was committed: {Reason}")]
    private static partial void LogAbandoned(ILogger logger, int lane, string reason);

    [LoggerMessage(87, LogLevel.Warning, "Lane {Lane} cannot write yet: {Reason}")]
    private static partial void LogNoOutput(ILogger logger, int lane, string reason);

    [LoggerMessage(23, LogLevel.Warning, "{Topic} [{Partition}] waits to be restored: {Reason}")]
    private static partial void LogWaiting(ILogger logger, string topic, int partition, string reason);

    [LoggerMessage(24, LogLevel.Warning, "Put aside {Topic} [{Partition}] offset {Offset}: {Cause}")]
    private static partial void LogPutAside(ILogger logger, string topic, int partition, long offset, string cause);

    [LoggerMessage(25, LogLevel.Debug, "Lane {Lane} aborted a transaction and goes on: {Reason}")]
    private static partial void LogAborted(ILogger logger, int lane, string reason);

    [LoggerMessage(26, LogLevel.Warning, "Lane {Lane} does not know whether its transaction was committed, and restores: {Reason}")]
    private static partial void LogUndecided(ILogger logger, int lane, string reason);

    [LoggerMessage(27, LogLevel.Warning, "Lane {Lane} lost partitions {Partitions}")]
    private static partial void LogLost(ILogger logger, int lane, string partitions);

    [LoggerMessage(28, LogLevel.Warning, "Lane {Lane} could not commit while handing over partitions {Partitions}, the next owner will redo it")]
    private static partial void LogRevokeFailed(ILogger logger, int lane, string partitions);

    [LoggerMessage(29, LogLevel.Warning, "Lane {Lane} could not consume: {Reason}")]
    private static partial void LogConsumeFailed(ILogger logger, int lane, string reason);

    [LoggerMessage(30, LogLevel.Debug, "Lane {Lane}'s client: {Reason}")]
    private static partial void LogClientError(ILogger logger, int lane, string reason);

    [LoggerMessage(31, LogLevel.Debug, "Lane {Lane}'s client said: {Message}")]
    private static partial void LogClientSaid(ILogger logger, int lane, string message);

    [LoggerMessage(32, LogLevel.Warning, "Lane {Lane} aborted a transaction and does it again: {Reason}")]
    private static partial void LogAbortedOddly(ILogger logger, int lane, string reason);

    [LoggerMessage(35, LogLevel.Warning,
        "Proxy {Proxy} sent time_unix_us {Value}, no time in microseconds since 1970 (seconds? milliseconds? nanoseconds?): "
            + "the log time was taken, and will be for all such events of it")]
    private static partial void LogUnclearTime(ILogger logger, string proxy, long value);

    [LoggerMessage(33, LogLevel.Error, "Put aside {Topic} [{Partition}] offset {Offset}, on which the program failed twice: {Fault}")]
    private static partial void LogFailed(ILogger logger, string topic, int partition, long offset, string fault);

    [LoggerMessage(34, LogLevel.Debug, "The program failed on {Topic} [{Partition}] offset {Offset}")]
    private static partial void LogFault(ILogger logger, Exception fault, string topic, int partition, long offset);
}
