using Dlgs.Streams.Contracts.V1;

namespace Dlgs.Streams.Tests.Kafka;

/// <summary>What librdkafka does not tell of its transactional producer: a call that hangs beyond its time-out, a request that was sent twice.</summary>
public sealed class ProducerHazardTests
{
    [Fact]
    public async Task Call_to_a_coordinator_that_hangs_is_left_behind_with_its_producer_and_nothing_is_restored_or_said_twice()
    {
        await using var service = await EmbeddedCluster.StartScriptedAsync();
        await service.WaitForActiveAsync();
        var hangs = 0;
        service.Script.CoordinatorHangs = () => Interlocked.Increment(ref hangs) == 1;
        service.Publish(Sip.Invite("call@test"));
        var change = Assert.Single(await service.ChangesAsync(1));
        Assert.Equal((1u, DialogState.Init), (change.Sequence, change.State));
        // Its end was never asked for: what is in memory is right, and is sent again by another producer.
        Assert.Contains("the group's coordinator did not answer", Assert.Single(service.Log.With("nothing of it was committed")), StringComparison.Ordinal);
        Assert.Equal((2, 0), (service.Script.OutputsOpened, service.Script.OutputsDisposed));
        Assert.All(service.Registry.Views, view => Assert.Equal(1, view.Generation));
        // The call comes back at last, and only then its producer goes.
        service.Script.CoordinatorIsBack.Set();
        await EmbeddedCluster.Eventually(() => service.Script.OutputsDisposed == 1, "the producer that was left behind to go");
    }

    [Fact]
    public async Task After_a_slow_commit_the_next_transaction_has_another_producer()
    {
        await using var service = await EmbeddedCluster.StartScriptedAsync();
        await service.WaitForActiveAsync();
        service.Context.SlowCommit = TimeSpan.FromMilliseconds(50);
        var isSlow = true;
        service.Script.Fate = to => isSlow && to.Any(t => t.Topic == service.Topics.DialogChanges) ? CommitFate.Slow : CommitFate.Done;
        service.Publish(Sip.Invite("call@test"));
        await service.ChangesAsync(1);
        isSlow = false;
        service.Publish(Sip.Reply("call@test", 200));
        Assert.Equal([1u, 2u], (await service.ChangesAsync(2)).Select(c => c.Sequence));
        Assert.True(service.Script.OutputsOpened >= 2);
    }

    [Fact]
    public async Task Producer_whose_end_hangs_is_left_behind_and_its_lane_goes_on()
    {
        await using var service = await EmbeddedCluster.StartScriptedAsync();
        await service.WaitForActiveAsync();
        service.Context.SlowCommit = TimeSpan.FromMilliseconds(50);
        var (isSlow, ends) = (true, 0);
        service.Script.EndHangs = () => Interlocked.Increment(ref ends) == 1;
        service.Script.Fate = to => isSlow && to.Any(t => t.Topic == service.Topics.DialogChanges) ? CommitFate.Slow : CommitFate.Done;
        service.Publish(Sip.Invite("call@test"));
        await service.ChangesAsync(1);
        isSlow = false;
        service.Context.SlowCommit = TimeSpan.FromMinutes(5);
        service.Publish(Sip.Reply("call@test", 200));
        Assert.Equal([1u, 2u], (await service.ChangesAsync(2)).Select(c => c.Sequence));
        Assert.Equal(0, service.Script.OutputsDisposed);
        service.Script.CoordinatorIsBack.Set();
        await EmbeddedCluster.Eventually(() => service.Script.OutputsDisposed == 1, "the producer that was left behind to go");
    }

    [Fact]
    public async Task Lane_that_is_no_member_commits_nothing()
    {
        await using var service = await EmbeddedCluster.StartScriptedAsync();
        await service.WaitForActiveAsync();
        service.Script.MemberId = "";
        service.Publish(Sip.Invite("call@test"));
        await EmbeddedCluster.Eventually(() => service.Script.Aborts > 0, "the lane to abort");
        service.Script.MemberId = null;
        Assert.Equal([1u], (await service.ChangesAsync(1)).Select(c => c.Sequence));
    }
}
