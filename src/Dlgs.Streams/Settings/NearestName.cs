namespace Dlgs.Streams.Settings;

/// <summary>Which of the names that there are somebody may have meant.</summary>
internal static class NearestName
{
    /// <summary>Null: none is near; more than half of it would have to be another.</summary>
    public static string? Of(string name, IEnumerable<string> names)
    {
        var (nearest, distance) = names.Select(each => (each, Distance(name, each))).MinBy(each => each.Item2);
        return nearest is not null && distance * 2 <= Math.Max(name.Length, nearest.Length) ? nearest : null;
    }

    /// <summary>Characters to put in, to take out or to change (Levenshtein), row by row of the table of all beginnings.</summary>
    private static int Distance(string one, string other)
    {
        int[] row = [.. Enumerable.Range(0, other.Length + 1)];
        for (var i = 0; i < one.Length; i++)
        {
            var diagonal = row[0]++;
            for (var j = 0; j < other.Length; j++)
            {
                var changed = diagonal + (one[i] == other[j] ? 0 : 1);
                diagonal = row[j + 1];
                row[j + 1] = Math.Min(changed, Math.Min(row[j], diagonal) + 1);
            }
        }
        return row[^1];
    }
}
