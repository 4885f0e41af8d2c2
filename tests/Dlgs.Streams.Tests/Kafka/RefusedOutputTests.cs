using Dlgs.Streams.Contracts.V1;
using PartitionPhase = Dlgs.Streams.Kafka.PartitionPhase;

namespace Dlgs.Streams.Tests.Kafka;

/// <summary>What the brokers will refuse however often it is sent stops the partition whose it is, and no other.</summary>
public sealed class RefusedOutputTests
{
    private const int Bad = 2;
    private const int Good = 1;

    [Fact]
    public async Task Partition_whose_records_are_refused_is_stopped_and_says_why_and_the_others_go_on()
    {
        // From the first transaction on, in which the lane takes all four over.
        await using var service = await EmbeddedCluster.StartScriptedAsync(script => script.Fate = to => to.Any(t => t.Partition.Value == Bad) ? CommitFate.Refused : CommitFate.Done);
        await EmbeddedCluster.Eventually(() => service.Registry.Find(Bad)?.Phase == PartitionPhase.Closed, "the partition to be stopped");
        var (good, bad) = (Sip.CallIdsOf(Good, 1)[0], Sip.CallIdsOf(Bad, 1)[0]);
        service.Publish(Sip.Invite(bad), Sip.Invite(good), Sip.Reply(good, 200));
        var changes = await service.ChangesAsync(2);
        Assert.All(changes, change => Assert.Equal(good, change.CallId));
        Assert.Equal([1u, 2u], changes.Select(c => c.Sequence));

        var said = Assert.Single(service.Log.With("was stopped"));
        Assert.Contains($"[{Bad}]", said, StringComparison.Ordinal);
        Assert.Contains("Message size too large", said, StringComparison.Ordinal);
        Assert.Contains("max.message.bytes", said, StringComparison.Ordinal);
        // All together, and then it alone; never again, and with the same producer.
        Assert.Equal((2, 1), (service.Script.Aborts, service.Script.OutputsOpened));
        Assert.Equal([PartitionPhase.Active, PartitionPhase.Active, PartitionPhase.Closed, PartitionPhase.Active], service.Registry.Views.OrderBy(v => v.Partition).Select(v => v.Phase));
    }

    [Fact]
    public async Task Refusal_that_does_not_come_again_stops_nobody()
    {
        var refusals = 0;
        await using var service = await EmbeddedCluster.StartScriptedAsync(script => script.Fate = _ => refusals++ == 0 ? CommitFate.Refused : CommitFate.Done);
        await service.WaitForActiveAsync();
        service.Publish([.. Enumerable.Range(0, 4).Select(partition => Sip.Invite(Sip.CallIdsOf(partition, 1)[0]))]);
        var changes = await service.ChangesAsync(4);
        Assert.All(changes, change => Assert.Equal((1u, DialogState.Init), (change.Sequence, change.State)));
        Assert.Empty(service.Log.With("was stopped"));
        Assert.All(service.Registry.Views, view => Assert.Equal(PartitionPhase.Active, view.Phase));
    }
}
