using Dlgs.Streams.Kafka;

namespace Dlgs.Streams.Tests.Kafka;

/// <summary>When a partition stands still, look by look, and what keeps it.</summary>
public sealed class InputStallTests
{
    /// <summary>Steps of position, last stable offset and end, each looked at every 2 s for so long; and what is told at which second.</summary>
    private static readonly (string Name, (long Position, long LastStable, long End, int Seconds)[] Steps, string Told)[] Cases =
    [
        ("Nothing to read is no stall", [(5, 5, 5, 60)], ""),
        ("A slow lane is none, as long as it moves", [(5, 99, 99, 8), (6, 99, 99, 8), (7, 99, 99, 8)], ""),
        ("A transaction that ends soon", [(5, 5, 9, 8), (9, 9, 9, 60)], ""),
        ("A transaction that stays open, told once", [(5, 5, 9, 60)], "10 OpenTransaction"),
        ("Others write behind it", [(5, 5, 9, 6), (5, 5, 12, 6)], "10 OpenTransaction"),
        ("It ends, and the lane goes on", [(5, 5, 9, 20), (9, 9, 9, 20)], "10 OpenTransaction, 20 None"),
        ("It ends, and the lane has not fetched yet what came free", [(5, 5, 9, 20), (5, 9, 9, 4), (9, 9, 9, 20)], "10 OpenTransaction, 24 None"),
        ("It ends, and the lane stands all the same", [(5, 5, 9, 20), (5, 9, 9, 20)], "10 OpenTransaction, 28 Lane"),
        ("A lane that stands", [(5, 9, 9, 20), (7, 9, 9, 4)], "10 Lane, 20 None"),
        ("It goes on as far as the next transaction", [(5, 5, 9, 20), (9, 9, 12, 20)], "10 OpenTransaction, 20 None, 30 OpenTransaction"),
        ("Time in which there was nothing to read does not count", [(5, 5, 5, 60), (5, 5, 9, 8)], ""),
    ];

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, Cases.Length)];

    [Theory, MemberData(nameof(Numbers))]
    public void Stall_is_told_once_with_what_keeps_it_and_once_when_it_is_over(int number)
    {
        var (name, steps, expected) = Cases[number];
        var stall = new InputStall();
        var told = new List<string>();
        var at = 0;
        foreach (var (position, lastStable, end, seconds) in steps)
        {
            for (var until = at + seconds; at < until; at += 2)
                if (stall.Look(new InputProgress(position, lastStable, end), TimeSpan.FromSeconds(at))) told.Add($"{at} {stall.Cause}");
        }
        Assert.Equal((name, expected), (name, string.Join(", ", told)));
    }

    [Fact]
    public void What_nobody_looked_at_is_not_known()
    {
        var stall = new InputStall();
        var stands = new InputProgress(5, 9, 9);
        Assert.False(stall.Look(stands, TimeSpan.FromSeconds(0)));
        // The brokers did not answer, nor could the lane get on.
        Assert.False(stall.Look(stands, TimeSpan.FromSeconds(60)));
        Assert.Equal(TimeSpan.FromSeconds(60), stall.Since);
        for (var at = 62; at < 70; at += 2) Assert.False(stall.Look(stands, TimeSpan.FromSeconds(at)));
        Assert.True(stall.Look(stands, TimeSpan.FromSeconds(70)));
    }
}
