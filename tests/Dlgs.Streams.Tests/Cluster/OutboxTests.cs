using System.Collections.Concurrent;
using Dlgs.Streams.Grpc.Peers;

namespace Dlgs.Streams.Tests.Cluster;

public sealed class OutboxTests
{
    /// <summary>Whoever writes while others add takes theirs along.</summary>
    [Fact]
    public async Task Many_go_together_each_once_and_in_order()
    {
        var (written, writing) = (new ConcurrentQueue<int>(), 0);
        var outbox = new Outbox<int>(async items =>
        {
            Assert.Equal(1, Interlocked.Increment(ref writing));
            await Task.Yield();
            foreach (var item in items) written.Enqueue(item);
            Interlocked.Decrement(ref writing);
        });
        await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(() =>
        {
            for (var i = 0; i < 10_000; i++)
            {
                outbox.Add(writer * 10_000 + i);
                outbox.Send();
            }
        })));
        await ClusterHosts.UntilAsync(() => written.Count == 40_000, "all to be written");
        foreach (var ofOne in written.GroupBy(item => item / 10_000)) Assert.Equal(Enumerable.Range(ofOne.Key * 10_000, 10_000), ofOne);
    }
}
