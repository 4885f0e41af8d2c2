using Confluent.Kafka;

namespace Dlgs.Streams.Kafka;

/// <summary>How a lane ends: the last commit; then its partitions wait for its return, or go to other instances at once.</summary>
internal sealed partial class Lane
{
    private static readonly TimeSpan HandOverTimeout = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan LeaveTimeout = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan LeaveStep = TimeSpan.FromMilliseconds(20);

    /// <summary>Why the last transaction failed.</summary>
    private string lastFailure = "";

    /// <summary>The last commit: what is in it, the next owner need not do again.</summary>
    private void HandOver()
    {
        // Says that it is the last one: whoever comes next under this name need not wait to see whether we are still there.
        foreach (var partition in partitions.Values)
            if (partition.IsActive) partition.IsReleased = partition.IsDirty = true;
        // As inside a handler: what fails now is the next owner's, to restore it here is of no use.
        Commit(HandOverTimeout, insideHandler: true);
        var undone = partitions.Values.Where(IsUndone).Select(partition => partition.Partition).ToArray();
        handover.Note(number, [.. partitions.Keys.Except(undone)], undone, lastFailure);
        if (handover.Leaves) LeaveGroup();
    }

    /// <summary>Not committed, or nobody knows whether: one that was active here is restored only after such an outcome.</summary>
    private bool IsUndone(LanePartition partition) => partition.IsDirty || rewinds.Contains(partition) || partition.View is { Phase: PartitionPhase.Restoring, Generation: > 0 };

    /// <summary>The lane cannot go on: what it had not committed is the next owner's.</summary>
    public void GiveUp(string why) => handover.Note(number, [], [.. partitions.Keys], why);

    /// <summary>
    /// A static member that is closed says nothing, so that it finds its partitions when it returns. One that unsubscribes leaves, but not once
    /// it is being closed: it must have left before, and from then on it has no member id.
    /// </summary>
    private void LeaveGroup()
    {
        var start = time.GetTimestamp();
        input.Unsubscribe();
        while (HasNotLeft() && time.GetElapsedTime(start) < LeaveTimeout)
        {
            try
            {
                // It calls the revoked handler; what it still returns is not ours any more.
                input.Consume(LeaveStep);
            }
            catch (ConsumeException e)
            {
                LogConsumeFailed(logger, number, e.Error.Reason);
            }
        }
        if (HasNotLeft()) LogNotLeft(logger, number);
    }

    /// <summary>The members of the newer group protocol, which the mock cluster wants, keep their id.</summary>
    private bool HasNotLeft() => partitions.Count > 0 || (!context.Clients.IsEmbedded && input.MemberId.Length > 0);

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
            LogEndFailed(logger, e, number);
        }
    }

    [LoggerMessage(36, LogLevel.Warning, "Lane {Lane} could not leave its group: its partitions go to others when its session is over")]
    private static partial void LogNotLeft(ILogger logger, int lane);

    [LoggerMessage(37, LogLevel.Debug, "A client of lane {Lane} did not end well")]
    private static partial void LogEndFailed(ILogger logger, Exception failure, int lane);
}
