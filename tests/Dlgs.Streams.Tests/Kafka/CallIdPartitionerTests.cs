using System.Text;
using Dlgs.Streams.Client;

namespace Dlgs.Streams.Tests.Kafka;

/// <summary>The vectors of Apache Kafka's UtilsTest.testMurmur2, as its default partitioner uses them: toPositive(murmur2(key)) % partitions.</summary>
public sealed class CallIdPartitionerTests
{
    [Theory]
    [InlineData("21", -973932308)]
    [InlineData("foobar", -790332482)]
    [InlineData("a-little-bit-long-string", -985981536)]
    [InlineData("a-little-bit-longer-string", -1486304829)]
    [InlineData("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971)]
    [InlineData("abc", 479470107)]
    public void Partition_is_that_of_Kafkas_default_partitioner(string callId, int murmur2)
    {
        foreach (var partitions in new[] { 1, 4, 24, 1000, int.MaxValue })
            Assert.Equal((murmur2 & 0x7fffffff) % partitions, CallIdPartitioner.PartitionOf(Encoding.UTF8.GetBytes(callId), partitions));
    }

    [Fact]
    public void Every_partition_is_hit_about_equally()
    {
        var hits = new int[24];
        for (var i = 0; i < 24_000; i++) hits[CallIdPartitioner.PartitionOf(Encoding.UTF8.GetBytes($"{i}-call@10.0.0.{i % 255}"), 24)]++;
        Assert.All(hits, count => Assert.InRange(count, 850, 1150));
    }
}
