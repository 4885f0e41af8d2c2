using System.Collections.Concurrent;

namespace Dlgs.Streams.Tests.Kafka;

/// <summary>Brokers compact only what something was appended behind: a store in which nothing happens is written to all the same.</summary>
public sealed class IdleCommitTests
{
    [Fact]
    public async Task Every_partition_is_committed_now_and_then_though_nothing_comes()
    {
        var commits = new ConcurrentDictionary<int, int>();
        await using var service = await EmbeddedCluster.StartScriptedAsync(script => script.Fate = to =>
        {
            foreach (var offset in to) commits.AddOrUpdate(offset.Partition.Value, 1, (_, count) => count + 1);
            return CommitFate.Done;
        });
        service.Context.IdleCommit = TimeSpan.FromMilliseconds(50);
        await service.WaitForActiveAsync();
        await EmbeddedCluster.Eventually(
            () => commits.Count == service.Registry.PartitionCount && commits.Values.All(count => count >= 3), "three commits of every partition");
    }
}
