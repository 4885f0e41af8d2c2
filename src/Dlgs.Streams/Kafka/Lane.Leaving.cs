using Confluent.Kafka;
using Dlgs.Streams.Partitions;

namespace Dlgs.Streams.Kafka;

/// <summary>How a lane ends: the last commit; then its partitions wait for its return, or go to other instances at once.</summary>
internal sealed partial class Lane
{
    private static readonly TimeSpan HandOverTimeout = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan LeaveTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LeaveStep = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);

    /// <summary>Within what is left of a stop after a commit that takes its whole time.</summary>
    private static readonly TimeSpan RejoinTimeout = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan RejoinStep = TimeSpan.FromMilliseconds(200);

    /// <summary>Why the last transaction failed.</summary>
    private Error lastFailure = new(ErrorCode.NoError);

    /// <summary>The last commit: what is in it, the next owner need not do again.</summary>
    private void HandOver()
    {
        var start = time.GetTimestamp();
        // A rebalance is under way, at the start of several lanes say: once it is over, the group takes the commit.
        while (!CommitLast() && lastFailure.IsStaleMembership() && time.GetElapsedTime(start) < RejoinTimeout) Poll(() => false, RejoinStep);
        var undone = partitions.Values.Where(IsUndone).Select(partition => partition.Partition).ToArray();
        var all = partitions.Keys.ToArray();
        if (!handover.Leaves || LeaveGroup()) handover.Note(lane, [.. all.Except(undone)], undone, lastFailure.Reason);
        else handover.Note(lane, [], all, "its group did not let the lane go in time, the partitions move when the session is over");
    }

    private bool CommitLast()
    {
        // Says that it is the last one: whoever comes next under this name need not wait to see whether we are still there.
        foreach (var partition in partitions.Values)
            if (partition.IsActive) partition.IsReleased = partition.IsDirty = true;
        // What went back stands at its last commit, and is read no further here.
        rewinds.Clear();
        // As inside a handler: what fails now is the next owner's, to restore it here is of no use.
        return Commit(HandOverTimeout, insideHandler: true);
    }

    /// <summary>Not committed, or nobody knows whether: one that was active here is restored only after such an outcome.</summary>
    private bool IsUndone(LanePartition partition) =>
        partition.IsDirty || rewinds.Contains(partition) || partition is { IsActive: false, Generation: > 0, View.Phase: PartitionPhase.Restoring };

    /// <summary>The lane cannot go on: what it had not committed is the next owner's.</summary>
    public void GiveUp(string why) => handover.Note(lane, [], [.. partitions.Keys], why);

    /// <summary>
    /// A static member that is closed says nothing, so that it finds its partitions when it returns. One that unsubscribes says that it leaves,
    /// but only if neither a join nor the close is under way; and then it has no member id any more. So that is waited for, and tried again.
    /// </summary>
    private bool LeaveGroup()
    {
        // It ends with this process.
        if (context.Clients.IsEmbedded) return true;
        var start = time.GetTimestamp();
        while (time.GetElapsedTime(start) < LeaveTimeout)
        {
            // One whose join is under way would be a member once it is gone, and hold partitions until its session is over.
            if (!Poll(() => IsMember, LeaveTimeout)) return false;
            input.Unsubscribe();
            if (Poll(() => !IsMember, LeaveStep)) return true;
            input.Subscribe(context.Topics.SipEvents);
        }
        return false;
    }

    private bool IsMember => input.MemberId.Length > 0;

    /// <summary>Lets the client work, and call the handlers, until it is so.</summary>
    private bool Poll(Func<bool> isSo, TimeSpan patience)
    {
        var start = time.GetTimestamp();
        while (!isSo() && time.GetElapsedTime(start) < patience)
        {
            try
            {
                // What it returns is for the next owner.
                input.Consume(PollInterval);
            }
            catch (ConsumeException e)
            {
                LogConsumeFailed(logger, lane, e.Error.Reason);
            }
        }
        return isSo();
    }

    /// <summary>Never throws: what an end in disorder leaves behind, a successor's first transaction ends.</summary>
    public void Dispose()
    {
        foreach (var partition in partitions.Values) context.Registry.Remove(partition.View);
        partitions.Clear();
        // Before its clients are freed: of one that has failed for good, a fenced one, it is that failure once more.
        Quietly(() => input?.Close());
        Quietly(() => input?.Dispose());
        Quietly(() => changelog?.Dispose());
        Quietly(() => output?.Dispose());
    }

    private void Quietly(Action end)
    {
        try
        {
            end();
        }
        catch (Exception e)
        {
            LogEndFailed(logger, e, lane);
        }
    }

    [LoggerMessage(36, LogLevel.Debug, "A client of lane {Lane} did not end well")]
    private static partial void LogEndFailed(ILogger logger, Exception failure, int lane);
}
