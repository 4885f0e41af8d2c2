using Dlgs.Streams.Cluster;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Partitions;
using Dlgs.Streams.Records;

namespace Dlgs.Streams.Answers;

/// <summary>What several answers cover together. Each partition is in one of them at most.</summary>
internal sealed class MergedCoverage
{
    private readonly SortedDictionary<int, PartitionCoverage> answered = [];
    private readonly Coverage record = new();
    private readonly IReadOnlyList<PartAnswer> parts;

    public MergedCoverage(PartitionRegistry registry, IReadOnlyList<PartAnswer> parts)
    {
        this.parts = parts;
        foreach (var said in parts.SelectMany(part => part.Answered)) answered[said.Partition] = said;
        record.PartitionCount = registry.PartitionCount;
        record.MissingPartitions.AddRange(Enumerable.Range(0, registry.PartitionCount).Where(partition => !answered.ContainsKey(partition)));
        record.Complete = record.MissingPartitions.Count == 0;
        record.StalledPartitions.AddRange(answered.Values.Where(said => said.StalledSince is not null).Select(said => said.Partition));
        record.Position = PositionTokens.Write(registry, [.. answered.Values.Select(Position)]);
    }

    public bool IsComplete => record.Complete;

    public bool Has(Position position) => answered.TryGetValue(position.Partition, out var said) && said.ProcessedOffset >= position.Offset;

    /// <summary>Refuses what is less than was demanded, and what is nothing.</summary>
    public Coverage Checked(Demand? demand)
    {
        var missing = string.Join(", ", record.MissingPartitions);
        if (answered.Count == 0)
            throw QueryRefusal.Incomplete(record.MissingPartitions, $"Of the {record.PartitionCount} partitions, none answers on any instance: {missing}.");
        if (demand is { Complete: true } && !record.Complete)
            throw QueryRefusal.Incomplete(record.MissingPartitions,
                $"Of the {record.PartitionCount} partitions, {missing} answer on no instance; without demand.complete the others would.");
        if (demand is { Partitions: true }) record.Partitions.AddRange(Listed());
        return record;
    }

    /// <summary>Those that answer as they say; of the others, what is said of them.</summary>
    private IEnumerable<PartitionCoverage> Listed() =>
        answered.Values.Concat(parts.SelectMany(part => part.Answer.Coverage()?.Partitions ?? []).Where(said => !answered.ContainsKey(said.Partition)))
            .DistinctBy(said => said.Partition).OrderBy(said => said.Partition);

    private static PartitionPosition Position(PartitionCoverage said) => new(said.Partition, said.ProcessedOffset,
        said.LogTime is { } time ? new LogTime(DialogRecords.ToMicros(time)) : LogTime.Start);
}
