using Dlgs.Streams.Partitions;

namespace Dlgs.Streams.Tests.Kafka;

/// <summary>A partition answers from the commit of its take-over on: until then its owner before may take itself for the owner.</summary>
public sealed class TakeOverTests
{
    [Fact]
    public async Task Partition_answers_from_the_commit_of_its_take_over_on_and_not_before()
    {
        using var isLooking = new ManualResetEventSlim();
        var before = new Dictionary<int, (PartitionPhase Phase, long Generation)>();
        EmbeddedCluster? service = null;
        var start = EmbeddedCluster.StartScriptedAsync(script => script.Fate = to =>
        {
            isLooking.Wait(TestContext.Current.CancellationToken);
            foreach (var view in to.Select(t => service!.Registry.Find(t.Partition.Value)!)) before.TryAdd(view.Partition, (view.Phase, view.Generation));
            return CommitFate.Done;
        });
        await using (service = await start)
        {
            // Its store is there, and its input is about to be read.
            await EmbeddedCluster.Eventually(() => service.Registry.Views.Any(view => view.Store is not null), "a partition that was restored");
            isLooking.Set();
            await service.WaitForActiveAsync();
            Assert.All(before.Values, then => Assert.Equal((PartitionPhase.Restoring, 0), then));
            Assert.All(service.Registry.Views, view => Assert.Equal((PartitionPhase.Active, 1), (view.Phase, view.Generation)));
            Assert.Equal(service.Registry.PartitionCount, before.Count);
        }
    }
}
