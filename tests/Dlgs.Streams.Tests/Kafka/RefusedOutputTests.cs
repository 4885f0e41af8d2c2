using Dlgs.Streams.Contracts.V1;
using PartitionPhase = Dlgs.Streams.Partitions.PartitionPhase;

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
        await using var service = await EmbeddedCluster.StartScriptedAsync(script => script.Fate = to =>
            to.Any(t => t.Partition.Value == Bad) ? CommitFate.Refused : CommitFate.Done);
        await EmbeddedCluster.Eventually(() => service.Registry.Find(Bad)?.Phase == PartitionPhase.Closed, "the partition to be stopped");
        var (good, bad) = (Sip.CallIdsOf(Good, 1)[0], Sip.CallIdsOf(Bad, 1)[0]);
        service.Publish(Sip.Invite(bad), Sip.Invite(good), Sip.Reply(good, 200));
        var changes = await service.ChangesAsync(2);
        Assert.All(changes, change => Assert.Equal(good, change.CallId));
        Assert.Equal([1u, 2u], changes.Select(c => c.Sequence));

        var said = Assert.Single(service.Log.With("stands still"));
        Assert.Contains($"[{Bad}]", said, StringComparison.Ordinal);
        Assert.Contains("Message size too large", said, StringComparison.Ordinal);
        Assert.Contains("max.message.bytes", said, StringComparison.Ordinal);
        // All together, and then it alone, with a producer that tells which record it is.
        Assert.Equal((2, 2), (service.Script.Aborts, service.Script.OutputsOpened));
        Assert.Contains("a record for dlgs.dialog-store (call none)", said, StringComparison.Ordinal);
        Assert.Equal([PartitionPhase.Active, PartitionPhase.Active, PartitionPhase.Closed, PartitionPhase.Active],
            service.Registry.Views.OrderBy(v => v.Partition).Select(v => v.Phase));
    }

    [Fact]
    public async Task Partition_opens_by_itself_when_what_stopped_it_is_over()
    {
        var isRefused = true;
        await using var service = await EmbeddedCluster.StartScriptedAsync(script => script.Fate = to =>
            isRefused && to.Any(t => t.Partition.Value == Bad) ? CommitFate.Refused : CommitFate.Done);
        await EmbeddedCluster.Eventually(() => service.Registry.Find(Bad)?.Phase == PartitionPhase.Closed, "the partition to be stopped");
        var call = Sip.CallIdsOf(Bad, 1)[0];
        service.Publish(Sip.Invite(call), Sip.Reply(call, 200));
        isRefused = false;
        var changes = await service.ChangesAsync(2);
        Assert.Equal([1u, 2u], changes.Select(c => c.Sequence));
        Assert.Contains($"[{Bad}]", Assert.Single(service.Log.With("What had stopped it is over")), StringComparison.Ordinal);
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
        Assert.Empty(service.Log.With("stands still"));
        Assert.All(service.Registry.Views, view => Assert.Equal(PartitionPhase.Active, view.Phase));
    }
}
