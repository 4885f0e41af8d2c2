using Dlgs.Streams.Cluster;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Partitions;
using PartitionPhase = Dlgs.Streams.Contracts.V1.PartitionPhase;

namespace Dlgs.Streams.Answers;

/// <summary>What several answers cover together. Each partition is in one of them at most.</summary>
internal sealed class MergedCoverage
{
    /// <summary>By partition; null: nobody answered for it.</summary>
    private readonly AnsweredPartition?[] answered;
    private readonly Coverage record = new();
    private readonly IReadOnlyList<PartAnswer> parts;

    public MergedCoverage(PartitionRegistry registry, IReadOnlyList<PartAnswer> parts)
    {
        this.parts = parts;
        record.PartitionCount = registry.PartitionCount;
        answered = new AnsweredPartition?[record.PartitionCount];
        foreach (var part in parts)
            foreach (var said in part.Answered)
                if (said.Partition >= 0 && said.Partition < answered.Length) answered[said.Partition] = said;
        for (var partition = 0; partition < answered.Length; partition++)
        {
            if (answered[partition] is not { } said) record.MissingPartitions.Add(partition);
            else if (said.IsStalled) record.StalledPartitions.Add(partition);
        }
        record.Complete = record.MissingPartitions.Count == 0;
        record.Position = PositionTokens.Write(registry, Positions());
    }

    public bool IsComplete => record.Complete;

    public bool Has(Position position) => Find(position.Partition) is { } said && said.ProcessedOffset >= position.Offset;

    /// <summary>Refuses what is less than was demanded, and what is nothing.</summary>
    public Coverage Checked(Demand? demand)
    {
        var missing = string.Join(", ", record.MissingPartitions);
        if (record.MissingPartitions.Count == answered.Length)
            throw QueryRefusal.Incomplete(record.MissingPartitions, $"Of the {record.PartitionCount} partitions, none answers on any instance: {missing}.");
        if (demand is { Complete: true } && !record.Complete)
            throw QueryRefusal.Incomplete(record.MissingPartitions,
                $"Of the {record.PartitionCount} partitions, {missing} answer on no instance; without demand.complete the others would.");
        if (demand is { Partitions: true }) record.Partitions.AddRange(Listed());
        return record;
    }

    private AnsweredPartition? Find(int partition) => partition >= 0 && partition < answered.Length ? answered[partition] : null;

    /// <summary>Of those that answered what their owner says; of the others, what is said of them.</summary>
    private IEnumerable<PartitionCoverage> Listed() =>
        from said in parts.SelectMany(part => part.Answer.Coverage()?.Partitions ?? [])
        group said by said.Partition into ofOne
        orderby ofOne.Key
        select ofOne.MaxBy(said => Find(said.Partition) is { } owner && said.Generation == owner.Generation && said.Phase == PartitionPhase.Active);

    private IEnumerable<PartitionPosition> Positions()
    {
        foreach (var each in answered)
            if (each is { } said) yield return new PartitionPosition(said.Partition, said.ProcessedOffset, new LogTime(said.LogTimeUs));
    }
}
