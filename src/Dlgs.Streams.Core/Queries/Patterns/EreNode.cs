namespace Dlgs.Streams.Core.Queries.Patterns;

/// <summary>Where in a value something holds that takes no byte.</summary>
internal enum Anchor : byte
{
    LineStart,
    LineEnd,
    ValueStart,
    ValueEnd,
    WordStart,
    WordEnd,
    WordBoundary,
    NoWordBoundary,
}

internal enum EreKind : byte
{
    Empty,
    Byte,
    Anchor,
    Sequence,
    Either,
    Repeat,
}

/// <summary>
/// A part of an extended regular expression. What says nothing new is dropped when it is built (a second empty branch, a star of a star), so
/// that an automaton has no more places than a small multiple of the positions.
/// </summary>
internal sealed class EreNode
{
    public static readonly EreNode Empty = new() { IsNullable = true };

    private static readonly EreNode[] None = [];

    public EreKind Kind { get; private init; }

    /// <summary>Of a byte: its set, by number.</summary>
    public int Set { get; private init; }

    public Anchor Anchor { get; private init; }

    public IReadOnlyList<EreNode> Parts { get; private init; } = None;

    public int Least { get; private init; }

    /// <summary>Null: without end.</summary>
    public int? Most { get; private init; }

    /// <summary>Bytes and anchors, with intervals written out.</summary>
    public long Positions { get; private init; }

    /// <summary>Whether it takes nothing, anywhere.</summary>
    public bool IsNullable { get; private init; }

    public static EreNode OfByte(int set) => new() { Kind = EreKind.Byte, Set = set, Positions = 1 };

    public static EreNode OfAnchor(Anchor anchor) => new() { Kind = EreKind.Anchor, Anchor = anchor, Positions = 1 };

    public static EreNode Sequence(List<EreNode> parts)
    {
        parts.RemoveAll(part => part.Kind == EreKind.Empty);
        return parts.Count switch
        {
            0 => Empty,
            1 => parts[0],
            _ => new EreNode { Kind = EreKind.Sequence, Parts = parts, Positions = Sum(parts), IsNullable = parts.TrueForAll(part => part.IsNullable) },
        };
    }

    public static EreNode Either(List<EreNode> branches)
    {
        var isNullable = branches.Exists(branch => branch.IsNullable);
        var parts = branches.FindAll(branch => branch.Kind != EreKind.Empty);
        if (parts.Count == 0) return Empty;
        var either = parts.Count == 1
            ? parts[0]
            : new EreNode { Kind = EreKind.Either, Parts = parts, Positions = Sum(parts), IsNullable = parts.Exists(part => part.IsNullable) };
        return isNullable ? Repeat(either, 0, 1) : either;
    }

    public static EreNode Repeat(EreNode part, int least, int? most)
    {
        if (part.Kind == EreKind.Empty || most == 0) return Empty;
        if (least == 1 && most == 1) return part;
        // Nothing or once of what may take nothing is that itself; and so is anything more of what goes on without end from nothing or once.
        if (part.IsNullable && least == 0 && most == 1) return part;
        if (part is { Kind: EreKind.Repeat, Most: null } && (part.Least == 0 || part.Least == 1 && least == 1 && most is null)) return part;
        return new EreNode
        {
            Kind = EreKind.Repeat,
            Parts = [part],
            Least = least,
            Most = most,
            Positions = Cap((Int128)part.Positions * Math.Max(1, most ?? least)),
            IsNullable = least == 0 || part.IsNullable,
        };
    }

    private static long Sum(List<EreNode> parts) => Cap(parts.Aggregate(Int128.Zero, (sum, part) => sum + part.Positions));

    private static long Cap(Int128 positions) => (long)Int128.Min(positions, long.MaxValue);
}
