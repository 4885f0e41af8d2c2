using CsCheck;
using Dlgs.Streams.Cluster;
using Dlgs.Streams.Contracts.V1;

namespace Dlgs.Streams.Tests.Cluster;

/// <summary>Who counts for which partition.</summary>
public sealed class OwnershipTests
{
    private static readonly Gen<PartitionCoverage> Said = Gen.Select(Gen.Int[0, 5], Gen.Int[1, 3], Gen.Int[0, 2], (partition, generation, offset) =>
        new PartitionCoverage { Partition = partition, Generation = generation, CommittedOffset = offset, Phase = PartitionPhase.Active });

    private static readonly Gen<PartitionCoverage[][]> Answers = Said.Array[0, 6].Select(said => said.DistinctBy(s => s.Partition).ToArray()).Array[1, 4];

    [Fact]
    public void Each_partition_that_is_answered_is_one_answers_and_that_one_has_the_highest_generation() => Answers.Sample(answers =>
    {
        var owned = Ownership.Of(answers);
        var all = owned.SelectMany(partitions => partitions).ToArray();
        Assert.Equal(answers.SelectMany(said => said).Select(said => said.Partition).Distinct().Order(), all.Order());
        foreach (var (answer, partitions) in owned.Index())
            foreach (var partition in partitions)
                Assert.Equal(answers.SelectMany(said => said).Where(said => said.Partition == partition).Max(said => said.Generation),
                    answers[answer].Single(said => said.Partition == partition).Generation);
    });

    [Fact]
    public void What_is_restored_or_missing_is_not_answered()
    {
        var coverage = new Coverage { MissingPartitions = { 2 } };
        PartitionPhase[] phases = [PartitionPhase.Active, PartitionPhase.Restoring, PartitionPhase.Active, PartitionPhase.Closed];
        foreach (var (partition, phase) in phases.Index())
            coverage.Partitions.Add(new PartitionCoverage { Partition = partition, Phase = phase });
        Assert.Equal([0], Ownership.Answered(coverage).Select(said => said.Partition));
    }
}
