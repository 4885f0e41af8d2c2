using Dlgs.Streams.Contracts.V1;

namespace Dlgs.Streams.Tests.Kafka;

/// <summary>A commit whose answer never came: whether it happened, the changelog says, and nothing is lost or repeated either way.</summary>
public sealed class UndecidedOutcomeTests
{
    [Theory]
    [InlineData((int)CommitFate.AnswerLost)]
    [InlineData((int)CommitFate.RequestLost)]
    public async Task Store_is_read_anew_and_each_change_comes_once(int fate)
    {
        await using var service = await EmbeddedCluster.StartScriptedAsync();
        await service.WaitForActiveAsync();
        service.Publish(Sip.Invite("call@test"));
        await service.ChangesAsync(1);

        // The next transaction that has a change, and no other.
        var isOver = false;
        service.Script.Fate = to =>
        {
            if (isOver || !to.Any(t => t.Topic == service.Topics.DialogChanges)) return CommitFate.Done;
            isOver = true;
            return (CommitFate)fate;
        };
        service.Publish(Sip.Reply("call@test", 180));
        await EmbeddedCluster.Eventually(() => service.Log.With("does not know whether its transaction was committed").Length > 0,
            "the lane to say that it does not know");
        service.Publish(Sip.Reply("call@test", 200));

        var changes = await service.ChangesAsync(3);
        Assert.Equal([DialogState.Init, DialogState.Progress, DialogState.Answered], changes.Select(c => c.State));
        Assert.Equal([1u, 2u, 3u], changes.Select(c => c.Sequence));
        // A producer that may still have a request under way is not used again.
        Assert.Equal((2, 1), (service.Script.OutputsOpened, service.Script.OutputsDisposed));
        Assert.Equal(0, service.Script.Aborts);
        Assert.Equal([1, 1, 1, 2], service.Registry.Views.Select(view => view.Generation).Order());
    }
}
