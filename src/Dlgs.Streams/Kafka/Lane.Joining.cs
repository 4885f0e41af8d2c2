using Confluent.Kafka;

namespace Dlgs.Streams.Kafka;

/// <summary>A lane that the group gives nothing, while there are partitions that nobody has.</summary>
internal sealed partial class Lane
{
    private long emptySince = context.Time.GetTimestamp();

    /// <summary>
    /// A member that died is waited for as long as its session lasts, and a rebalance ends soon after. A client that has nothing then may stay so for
    /// good: seen, rarely, where the group's coordinator had just died (librdkafka 2.16). Throws, so that the lane begins anew with another one.
    /// </summary>
    private void WatchJoining()
    {
        if (partitions.Count > 0 || context.Clients.IsEmbedded) emptySince = time.GetTimestamp();
        var limit = context.Clients.SessionTimeout * 1.5;
        if (time.GetElapsedTime(emptySince) < limit) return;
        emptySince = time.GetTimestamp();
        // Without an answer it is the brokers that are awaited, by this client as by any.
        if (context.Group.Look() is not { } group) return;
        var isMember = GroupMembership.IsMember(input.ConsumerGroupMetadata, input.MemberId);
        // Of more lanes than partitions some have none.
        if (isMember && !(group.IsStable && group.Assigned < context.InputPartitions)) return;
        // A static member that only returns finds what it had: nothing.
        if (isMember) LeaveGroup();
        throw new KafkaException(new Error(ErrorCode.Local_TimedOut, $"for {limit.TotalSeconds:0.#} s it was given no partition by {group.Words}"));
    }
}
