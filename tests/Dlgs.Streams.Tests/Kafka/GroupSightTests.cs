using CsCheck;
using Dlgs.Streams.Kafka;

namespace Dlgs.Streams.Tests.Kafka;

/// <summary>What is read of a group's assignments, which its members write.</summary>
public sealed class GroupSightTests
{
    [Theory]
    [InlineData("", 0)]
    [InlineData("0001 00000001 0001 61 00000002 00000000 00000001 FFFFFFFF", 2)]
    [InlineData("0001 00000002 0001 62 00000001 00000007 0001 61 00000003 00000000 00000001 00000002", 3)]
    [InlineData("0001 00000001 0002 6161 00000001 00000000", 0)]
    [InlineData("0001 00000001 0001 61 7FFFFFFF 00000000", 0)]
    [InlineData("0001 00000001 FFFF 61 00000001 00000000", 0)]
    [InlineData("0001 00000001 0001 61 00000002 00000000", 0)]
    public void Partitions_of_the_topic_are_counted(string hex, int count) =>
        Assert.Equal(count, GroupSight.CountOf(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)), "a"));

    [Fact]
    public void Any_bytes_can_be_looked_at() => Gen.Byte.Array[0, 40].Sample(bytes => GroupSight.CountOf(bytes, "a") >= 0);
}
