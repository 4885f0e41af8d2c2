namespace Dlgs.Streams.Core.Queries.Patterns;

/// <summary>What stands between two stars of a fnmatch pattern: each element takes one byte.</summary>
internal sealed class FnmatchRun
{
    private readonly ByteSet[] elements;
    /// <summary>Its longest part of elements that take a single byte each, and where that begins.</summary>
    private readonly byte[] literal;
    private readonly int literalAt;
    private readonly bool isLiteral;

    public FnmatchRun(List<ByteSet> elements)
    {
        this.elements = [.. elements];
        (literal, literalAt) = ([], 0);
        for (var i = 0; i < elements.Count; i++)
        {
            byte[] here = [.. elements.Skip(i).TakeWhile(set => set.Count == 1).Select(set => set.First)];
            if (here.Length > literal.Length) (literal, literalAt) = (here, i);
            i += here.Length;
        }
        isLiteral = literal.Length == elements.Count;
    }

    public int Length => elements.Length;

    /// <summary>Whether it is in a value at a place; false where the value is too short.</summary>
    public bool IsAt(ReadOnlySpan<byte> value, int place)
    {
        if (value.Length - place < Length || !value[(place + literalAt)..].StartsWith(literal)) return false;
        if (isLiteral) return true;
        for (var i = 0; i < elements.Length; i++)
            if (!elements[i].Contains(value[place + i])) return false;
        return true;
    }

    /// <summary>The first place where it is in a value; -1: nowhere.</summary>
    public int IndexIn(ReadOnlySpan<byte> value)
    {
        for (var place = 0; place + Length <= value.Length; place++)
        {
            var found = value[(place + literalAt)..].IndexOf(literal);
            if (found < 0) return -1;
            place += found;
            if (IsAt(value, place)) return place;
        }
        return -1;
    }
}
