using CsCheck;
using Dlgs.Streams.Cluster;
using Dlgs.Streams.Contracts.V1;
using Google.Protobuf;

namespace Dlgs.Streams.Tests.Cluster;

/// <summary>Who counts for which partition.</summary>
public sealed class OwnershipTests
{
    private static readonly Gen<AnsweredPartition> Said = Gen.Select(Gen.Int[0, 5], Gen.Int[1, 3], Gen.Int[0, 2], Gen.Bool,
        (partition, generation, offset, isStalled) => new AnsweredPartition(partition, generation, offset + 1, offset, long.MinValue + offset, isStalled));

    private static readonly Gen<AnsweredPartition[][]> Answers = Said.Array[0, 6].Select(said => said.DistinctBy(s => s.Partition).ToArray()).Array[1, 4];

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
    public void Rows_that_go_as_columns_come_as_they_were() => Answers.Sample(answers =>
    {
        foreach (var rows in answers)
        {
            var columns = new AnsweredPartitions();
            foreach (var row in rows) columns.Add(row);
            Assert.Equal(rows, AnsweredPartitions.Parser.ParseFrom(columns.ToByteArray()).ToRows());
        }
    });

    [Fact]
    public void Columns_of_several_lengths_are_rows_as_far_as_all_go()
    {
        var columns = new AnsweredPartitions { Partitions = { 1, 2 }, Generations = { 1, 1 }, ProcessedOffsets = { 1, 1 }, CommittedOffsets = { 1, 1 } };
        Assert.Empty(columns.ToRows());
        columns.LogTimesUs.Add(7);
        Assert.Equal([new AnsweredPartition(1, 1, 1, 1, 7, IsStalled: false)], columns.ToRows());
        Assert.Empty(((AnsweredPartitions?)null).ToRows());
    }
}
