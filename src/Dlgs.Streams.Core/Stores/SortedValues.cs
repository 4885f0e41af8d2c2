namespace Dlgs.Streams.Core.Stores;

/// <summary>A value and the slot that it had.</summary>
internal readonly record struct SortedValue(byte[] Text, int Slot);

/// <summary>
/// The values of a table in bytewise order, as they were at one time. Immutable: what came since is looked at besides, and what went is seen by
/// its slot.
/// </summary>
internal sealed class SortedValues
{
    private readonly SortedValue[] values;

    private SortedValues(SortedValue[] values, long born) => (this.values, Born) = (values, born);

    /// <summary>The number of values that the table had taken so far.</summary>
    public long Born { get; }

    /// <summary>How many newer ones a question may have to look at. Above, they are merged, which costs a walk over all.</summary>
    public int MaxNewer => Math.Max(1024, values.Length / 256);

    public static SortedValues Of(FieldValues table)
    {
        var born = table.Born;
        return new SortedValues(Read(table, Enumerable.Range(0, table.End)), born);
    }

    /// <summary>The same with what came since, and without what went.</summary>
    public SortedValues With(FieldValues table, int[] newer)
    {
        var (more, merged, i) = (Read(table, newer.Distinct()), new List<SortedValue>(values.Length + newer.Length), 0);
        foreach (var value in more)
        {
            for (; i < values.Length && values[i].Text.AsSpan().SequenceCompareTo(value.Text) < 0; i++) Keep(values[i]);
            merged.Add(value);
        }
        for (; i < values.Length; i++) Keep(values[i]);
        return new SortedValues([.. merged], Born + newer.Length);

        void Keep(SortedValue value)
        {
            if (table.Is(value)) merged.Add(value);
        }
    }

    /// <summary>Those that begin with a prefix.</summary>
    public ReadOnlySpan<SortedValue> StartingWith(ReadOnlySpan<byte> prefix)
    {
        var first = Find(prefix, 0, (text, prefix) => text.SequenceCompareTo(prefix) < 0);
        return values.AsSpan(first, Find(prefix, first, (text, prefix) => text.StartsWith(prefix)) - first);
    }

    /// <summary>Whether it has exactly this one: not an equal text of an earlier or later life.</summary>
    public bool Has(byte[] text)
    {
        var i = Find(text, 0, (other, text) => other.SequenceCompareTo(text) < 0);
        return i < values.Length && ReferenceEquals(values[i].Text, text);
    }

    /// <summary>The first from a place on that is not, of those that are first.</summary>
    private int Find(ReadOnlySpan<byte> text, int from, Func<ReadOnlySpan<byte>, ReadOnlySpan<byte>, bool> isBefore)
    {
        var (low, high) = (from, values.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (isBefore(values[middle].Text, text)) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    private static SortedValue[] Read(FieldValues table, IEnumerable<int> slots)
    {
        var read = new List<SortedValue>();
        foreach (var slot in slots)
            if (table.TextOf(slot) is { } text) read.Add(new SortedValue(text, slot));
        SortedValue[] sorted = [.. read];
        TextSort.Sort(sorted);
        return sorted;
    }
}
