using Confluent.Kafka;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Kafka;

namespace Dlgs.Streams.Tests.Kafka;

/// <summary>Lost partitions may be another's by the time the lane hears of it: nothing of them is committed any more.</summary>
public sealed class LostPartitionTests
{
    private const int Gone = 1;
    private static readonly string[] Calls = Sip.CallIdsOf(Gone, 50);

    [Fact]
    public async Task Work_on_a_lost_partition_is_dropped_and_its_next_owner_does_it_once()
    {
        await using var service = await EmbeddedCluster.StartScriptedAsync();
        var (done, committed) = await LoseAsync(service, (events, partition) => events.Lost([partition]));
        Assert.True(done > committed);
        Assert.Single(service.Log.With($"lost partitions {Gone}"));
        // The lane goes on with the others.
        service.Publish(Sip.Invite(Sip.CallIdsOf(2, 1)[0]));
        await EmbeddedCluster.Eventually(() => service.Script.CommittedOf(2) == 1, "a commit of another partition");
        Assert.Equal(committed, service.Script.CommittedOf(Gone));

        // It comes back, as a partition does after a rebalance.
        service.Script.InsideConsume(() => true, events => events.Assigned([new TopicPartition(service.Topics.SipEvents, Gone)]));
        var changes = (await service.ChangesAsync(Calls.Length + 1)).Where(c => c.Cause.Partition == Gone).ToArray();
        Assert.Equal(Calls.Order(StringComparer.Ordinal), changes.Select(c => c.CallId).Order(StringComparer.Ordinal));
        Assert.All(changes, change => Assert.Equal((1u, DialogState.Init), (change.Sequence, change.State)));
        Assert.Equal(2, service.Registry.Find(Gone)!.Generation);
    }

    [Fact]
    public async Task Work_on_a_revoked_partition_is_committed_before_it_goes()
    {
        await using var service = await EmbeddedCluster.StartScriptedAsync();
        var (done, committed) = await LoseAsync(service, (events, partition) => events.Revoked([partition]));
        Assert.True(done > committed);
        Assert.Equal(done, service.Script.CommittedOf(Gone));
        Assert.Empty(service.Log.With("lost partitions"));
    }

    /// <summary>
    /// Takes the partition away when the lane has done something there that is not committed.
    /// Returns how far it was, and what of it was committed.
    /// </summary>
    private static async Task<(long Done, long Committed)> LoseAsync(EmbeddedCluster service, Action<LaneEvents, TopicPartitionOffset> lose)
    {
        await service.WaitForActiveAsync();
        var view = service.Registry.Find(Gone)!;
        (long, long) at = default;
        service.Script.InsideConsume(() => view.ProcessedOffset > view.CommittedOffset, events =>
        {
            at = (view.ProcessedOffset, view.CommittedOffset);
            lose(events, new TopicPartitionOffset(service.Topics.SipEvents, Gone, Offset.Unset));
        });
        service.Publish([.. Calls.Select(Sip.Invite)]);
        await EmbeddedCluster.Eventually(() => service.Registry.Find(Gone) is null, "the partition to be gone");
        return at;
    }
}
