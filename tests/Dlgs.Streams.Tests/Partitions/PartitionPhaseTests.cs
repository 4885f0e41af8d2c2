using Dlgs.Streams.Partitions;

namespace Dlgs.Streams.Tests.Partitions;

/// <summary>The life of a partition, and what no life has.</summary>
public sealed class PartitionPhaseTests
{
    [Theory]
    [InlineData("Restoring -> Restoring", false)]
    [InlineData("Restoring -> Active", true)]
    [InlineData("Restoring -> Draining", false)]
    [InlineData("Restoring -> Closed", true)]
    [InlineData("Active -> Restoring", true)]
    [InlineData("Active -> Active", false)]
    [InlineData("Active -> Draining", true)]
    [InlineData("Active -> Closed", true)]
    [InlineData("Active -> Draining -> Restoring", true)]
    [InlineData("Active -> Draining -> Active", false)]
    [InlineData("Active -> Draining -> Draining", false)]
    [InlineData("Active -> Draining -> Closed", true)]
    [InlineData("Closed -> Restoring", true)]
    [InlineData("Closed -> Active", true)]
    [InlineData("Closed -> Draining", false)]
    [InlineData("Closed -> Closed", true)]
    public void Partition_moves_from_phase_to_phase(string moves, bool isLegal)
    {
        var phases = moves.Split(" -> ").Select(Enum.Parse<PartitionPhase>).ToArray();
        var view = new PartitionView(7);
        foreach (var phase in phases[..^1])
            if (phase != view.Phase) view.MoveTo(phase);
        var (from, to) = (phases[^2], phases[^1]);
        if (isLegal)
        {
            view.MoveTo(to);
            Assert.Equal(to, view.Phase);
            return;
        }
        Assert.Equal($"Partition 7 is {from} and cannot become {to}.", Assert.Throws<InvalidOperationException>(() => view.MoveTo(to)).Message);
        Assert.Equal(from, view.Phase);
    }
}
