using Dlgs.Streams.Contracts.V1;

namespace Dlgs.Streams.Cluster;

/// <summary>What a partition says that is in an answer.</summary>
/// <param name="Partition">Its number.</param>
/// <param name="Generation">Of two that answer for it the higher is the owner.</param>
/// <param name="ProcessedOffset">What stands before it in the input is in the answer.</param>
/// <param name="CommittedOffset">What stands before it is committed.</param>
/// <param name="LogTimeUs">Unix time; the least number before its first record.</param>
/// <param name="IsStalled">It stands still though its input goes on.</param>
internal readonly record struct AnsweredPartition(
    int Partition, long Generation, long ProcessedOffset, long CommittedOffset, long LogTimeUs, bool IsStalled);

/// <summary>As instances tell each other, in columns: with each answer they say it of every partition, and of numbers alone.</summary>
internal static class AnsweredColumns
{
    public static void Add(this AnsweredPartitions columns, AnsweredPartition said)
    {
        columns.Partitions.Add(said.Partition);
        columns.Generations.Add(said.Generation);
        columns.ProcessedOffsets.Add(said.ProcessedOffset);
        columns.CommittedOffsets.Add(said.CommittedOffset);
        columns.LogTimesUs.Add(said.LogTimeUs);
        if (said.IsStalled) columns.Stalled.Add(said.Partition);
    }

    /// <summary>Of columns that are not of one length: as far as all go.</summary>
    public static AnsweredPartition[] ToRows(this AnsweredPartitions? columns)
    {
        if (columns is null) return [];
        int[] lengths =
        [
            columns.Partitions.Count, columns.Generations.Count, columns.ProcessedOffsets.Count, columns.CommittedOffsets.Count, columns.LogTimesUs.Count,
        ];
        var rows = new AnsweredPartition[lengths.Min()];
        for (var i = 0; i < rows.Length; i++)
            rows[i] = new AnsweredPartition(columns.Partitions[i], columns.Generations[i], columns.ProcessedOffsets[i], columns.CommittedOffsets[i],
                columns.LogTimesUs[i], columns.Stalled.Contains(columns.Partitions[i]));
        return rows;
    }
}
