using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Dlgs.Streams.Partitions;

namespace Dlgs.Streams.Kafka;

/// <summary>
/// How far the input goes beyond the lanes, and which partitions stand still. A transaction that somebody opened on the input, and does not
/// end, stops everything without an error: nothing beyond its first record may be read.
/// </summary>
internal sealed partial class InputWatch(LaneContext context, ILogger<InputWatch> logger)
{
    private readonly Dictionary<PartitionView, InputStall> stalls = [];

    public void Look(IAdminClient admin, TimeSpan now)
    {
        var active = context.Registry.Views.Where(view => view.Phase == PartitionPhase.Active).ToArray();
        foreach (var gone in stalls.Keys.Except(active).ToArray()) Forget(gone);
        if (active.Length == 0) return;
        var offsets = Ask(admin, Array.ConvertAll(active, view => new TopicPartition(context.Topics.SipEvents, view.Partition)));
        foreach (var view in active)
        {
            if (offsets.TryGetValue(view.Partition, out var at)) Look(view, at.LastStable, at.End, now);
            else view.Lag = -1;
        }
    }

    /// <summary>Where partitions end, as read_committed and as read_uncommitted see it; nothing of those whose leaders do not say.</summary>
    private static Dictionary<int, (long LastStable, long End)> Ask(IAdminClient admin, IReadOnlyCollection<TopicPartition> partitions)
    {
        Dictionary<TopicPartition, Answer<long>> List(IsolationLevel isolation) =>
            LogEnds.ListAsync(admin, partitions, OffsetSpec.Latest(), isolation, ClusterWatch.QuestionTimeout).GetAwaiter().GetResult();
        // The last stable offset first: it never passes an end that was asked later.
        var stable = List(IsolationLevel.ReadCommitted);
        return stable.Values.All(answer => answer.Failure is not null) ? [] : Believe(stable, List(IsolationLevel.ReadUncommitted));
    }

    internal static Dictionary<int, (long LastStable, long End)> Believe(
        Dictionary<TopicPartition, Answer<long>> stable, Dictionary<TopicPartition, Answer<long>> ends) =>
        stable.Where(said => said.Value.Failure is null && ends[said.Key] is { Failure: null } end && said.Value.Value <= end.Value)
            .ToDictionary(said => said.Key.Partition.Value, said => (said.Value.Value, ends[said.Key].Value));

    /// <summary>Nobody answers: what was known is too old.</summary>
    public void Forget()
    {
        foreach (var view in context.Registry.Views) view.Lag = -1;
    }

    private void Forget(PartitionView view)
    {
        (view.Lag, view.StalledSince) = (-1, null);
        stalls.Remove(view);
    }

    /// <summary>What the brokers say of one partition.</summary>
    public void Look(PartitionView view, long lastStable, long end, TimeSpan now)
    {
        if (!stalls.TryGetValue(view, out var stall)) stalls.Add(view, stall = new InputStall());
        var (read, committed) = (Math.Max(view.ReadPosition, view.ProcessedOffset), view.CommittedOffset);
        view.Lag = Math.Max(0, end - read);
        // What is processed and not committed, and then again, is no progress.
        var position = committed < view.ProcessedOffset ? committed : read;
        var stoodSince = stall.Since;
        // What was read waits for the commit, and for no turn.
        var waitsForTurn = position == read && GetsOn(view.Lane, now);
        if (!stall.Look(new InputProgress(position, lastStable, end), now, waitsForTurn)) return;
        view.StalledSince = stall.Cause == StallCause.None ? null : context.Time.GetUtcNow() - (now - stall.Since);
        Say(view, stall.Cause, position, lastStable, end, now - stoodSince);
    }

    /// <summary>Some partition of the lane has read on of late.</summary>
    private bool GetsOn(int lane, TimeSpan now) => stalls.Any(each => each.Key.Lane == lane && now - each.Value.ReadOnAt < InputStall.Patience);

    private void Say(PartitionView view, StallCause cause, long position, long lastStable, long end, TimeSpan stood)
    {
        var topic = context.Topics.SipEvents;
        switch (cause)
        {
            case StallCause.OpenTransaction:
                LogOpenTransaction(logger, topic, view.Partition, position, view.StalledSince,
                    lastStable, end, context.Cluster.BootstrapServers, topic, view.Partition);
                break;
            case StallCause.Lane:
                LogLaneStands(logger, topic, view.Partition, position, view.StalledSince, lastStable);
                break;
            case StallCause.None:
                LogGoesOn(logger, topic, view.Partition, position, stood.TotalSeconds);
                break;
        }
    }

    [LoggerMessage(63, LogLevel.Warning,
        "{Topic} [{Partition}] stands still at offset {Position} since {Since:HH:mm:ss}: "
            + "a transaction of somebody else is open on the input there, and from offset {LastStable} to {End} nothing may be read until it ends. "
            + "Nobody who feeds the service needs transactions. "
            + "Whose it is: kafka-transactions.sh --bootstrap-server {Servers} describe-producers --topic {InputTopic} --partition {InputPartition}")]
    private static partial void LogOpenTransaction(ILogger logger, string topic, int partition, long position,
        DateTimeOffset? since, long lastStable, long end, string? servers, string inputTopic, int inputPartition);

    [LoggerMessage(64, LogLevel.Warning,
        "{Topic} [{Partition}] stands still at offset {Position} since {Since:HH:mm:ss}, "
            + "though it may be read up to {LastStable}: its lane does not get on, or its commits do not, or for minutes its turn has not come")]
    private static partial void LogLaneStands(ILogger logger, string topic, int partition, long position, DateTimeOffset? since, long lastStable);

    [LoggerMessage(65, LogLevel.Information, "{Topic} [{Partition}] goes on at offset {Position}, after it stood still for {Seconds:0} s")]
    private static partial void LogGoesOn(ILogger logger, string topic, int partition, long position, double seconds);
}
