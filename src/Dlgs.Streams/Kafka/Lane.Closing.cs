using Dlgs.Streams.Partitions;

namespace Dlgs.Streams.Kafka;

/// <summary>Partitions that stand still, each for itself: the others go on. They are looked at again, and open when what stopped them has gone.</summary>
internal sealed partial class Lane
{
    private void Close(LanePartition partition, Closure closure, long atOffset = -1) => Close([partition], closure, atOffset);

    /// <summary>What stops many at once is one line in the log.</summary>
    private void Close(IReadOnlyCollection<LanePartition> several, Closure closure, long atOffset = -1)
    {
        var news = several.Where(partition => partition.Closing.Closure != closure).Select(partition => partition.Partition).ToArray();
        var pause = TimeSpan.Zero;
        foreach (var partition in several)
        {
            StopAwaiting(partition);
            rewinds.Remove(partition);
            input.Pause([Input(partition.Partition)]);
            pause = partition.Close(closure, atOffset);
            context.Metrics.Closures.Add(closure.Cause);
        }
        if (news.Length > 0) LogClosed(logger, context.Topics.SipEvents, string.Join(',', news.Order()), closure.Why, closure.Opens, (int)pause.TotalSeconds);
    }

    private void LookAgainAtClosed()
    {
        foreach (var partition in partitions.Values)
            if (partition.View.Phase == PartitionPhase.Closed && partition.Closing.IsDue && !IsAwaited(partition)) Await(partition);
    }

    /// <summary>The consumer's position is none of the log's: what the log is, has to be found out.</summary>
    private void LostItsPlace(int partition, string reason)
    {
        if (!partitions.TryGetValue(partition, out var lost) || !lost.IsActive) return;
        LogLostPlace(logger, context.Topics.SipEvents, partition, lost.NextOffset, reason);
        Commit(CommitTimeout);
        if (!lost.IsActive) return;
        input.Pause([Input(partition)]);
        lost.Forget();
        Await(lost);
    }

    /// <summary>Once something is committed behind what stopped it.</summary>
    private void SayOpened(LanePartition partition)
    {
        if (partition.Closing.Pass(partition.NextOffset) is { } was)
            LogOpened(logger, context.Topics.SipEvents, partition.Partition, partition.NextOffset, was.Why);
    }

    /// <summary>Topics that were deleted, or made again, while their partitions run: those are closed with what a restore did not admit.</summary>
    private void WatchTopics()
    {
        if (context.WatchedTopics.Current is not { } topics || topics.Version == topicsSeen) return;
        topicsSeen = topics.Version;
        var rules = context.Admission;
        foreach (var partition in partitions.Values)
            if (partition.IsActive && Admission.ReplacedTopics(partition.Pinned, rules) is { } closure) toClose.Add((partition, closure));
    }
}
