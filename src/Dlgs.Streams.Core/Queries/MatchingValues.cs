using Dlgs.Streams.Core.Stores;

namespace Dlgs.Streams.Core.Queries;

/// <summary>What is done with each value that matches.</summary>
internal interface IValueVisitor
{
    void Visit(int slot, byte[] text);
}

/// <summary>Finds the distinct values that match a filter: sw by their order, the others by a look at each.</summary>
internal static class MatchingValues
{
    /// <summary>Visits those that match, of the values that a column has a number for.</summary>
    public static void Visit<TVisitor>(this FieldValues values, DialogFilter filter, ChunkedArray<int> column, ref TVisitor visitor)
        where TVisitor : IValueVisitor
    {
        if (filter.Operator == FilterOperator.Sw) VisitInOrder(values, filter, ref visitor);
        else VisitAll(values, filter, column, ref visitor);
    }

    private static void VisitAll<TVisitor>(FieldValues values, DialogFilter filter, ChunkedArray<int> column, ref TVisitor visitor)
        where TVisitor : IValueVisitor
    {
        var end = values.End;
        for (var first = 0; first < end; first += ChunkedArray<int>.ChunkSize)
        {
            var counts = column.Chunk(first, end);
            for (var i = 0; i < counts.Length; i++)
                if (counts[i] > 0 && values.TextOf(first + i) is { } text && filter.Matches(text)) visitor.Visit(first + i, text);
        }
    }

    private static void VisitInOrder<TVisitor>(FieldValues values, DialogFilter filter, ref TVisitor visitor) where TVisitor : IValueVisitor
    {
        filter.Pause();
        var prefix = filter.Value.Span;
        var sorted = values.Sort(out var newer);
        foreach (var value in sorted.StartingWith(prefix)) visitor.Visit(value.Slot, value.Text);
        var visited = new HashSet<int>();
        foreach (var slot in newer)
        {
            if (values.TextOf(slot) is not { } text || !text.AsSpan().StartsWith(prefix)) continue;
            // Taken while the order was made, or twice since.
            if (!sorted.Has(text) && visited.Add(slot)) visitor.Visit(slot, text);
        }
    }
}
