using Confluent.Kafka;

namespace Dlgs.Streams.Kafka;

/// <summary>A lane that the group gives nothing, while there are partitions that nobody has.</summary>
internal sealed partial class Lane
{
    /// <summary>Between two looks at a group that seems to have forgotten us. After an outage members come back within them.</summary>
    private static readonly TimeSpan LookPause = TimeSpan.FromSeconds(3);
    private const int Looks = 3;

    private long emptySince = context.Time.GetTimestamp();
    private long? lookedAt;
    private int suspicions;

    /// <summary>
    /// A member that died is waited for as long as its session lasts, and a rebalance ends soon after. A client that has nothing then, in a group that
    /// waits for nobody, may stay so for good: seen, rarely, where the group's coordinator had just died (librdkafka 2.16). Throws, so that the lane
    /// begins anew with another one.
    /// </summary>
    private void WatchJoining()
    {
        if (partitions.Count > 0 || context.Clients.IsEmbedded)
        {
            (emptySince, suspicions) = (time.GetTimestamp(), 0);
            return;
        }
        var patience = context.Clients.SessionTimeout * 1.5;
        if (time.GetElapsedTime(emptySince) < patience || lookedAt is { } last && time.GetElapsedTime(last) < LookPause) return;
        lookedAt = time.GetTimestamp();
        // Without an answer it is the brokers that are awaited. Of more lanes than partitions some have none.
        if (context.Group.Look() is not { IsSettled: true } group || group.Assigned >= context.InputPartitions)
            (emptySince, suspicions) = (time.GetTimestamp(), 0);
        else if (++suspicions == Looks)
        {
            // A static member that only returns finds what it had: nothing.
            if (IsMember) LeaveGroup();
            throw new KafkaException(new Error(ErrorCode.Local_TimedOut, $"for {patience.TotalSeconds:0.#} s it was given no partition by {group.Words}"));
        }
    }
}
