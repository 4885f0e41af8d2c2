using System.Globalization;

namespace Dlgs.Streams.Partitions;

/// <summary>Partitions as people read many: 0-11, 14.</summary>
internal static class PartitionRanges
{
    public static string Of(IEnumerable<int> partitions)
    {
        var ranges = new List<(int First, int Last)>();
        foreach (var partition in partitions.Order())
        {
            if (ranges.Count > 0 && ranges[^1].Last == partition - 1) ranges[^1] = (ranges[^1].First, partition);
            else ranges.Add((partition, partition));
        }
        return string.Join(", ", ranges.Select(range => range.First == range.Last
            ? range.First.ToString(CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"{range.First}-{range.Last}")));
    }
}
