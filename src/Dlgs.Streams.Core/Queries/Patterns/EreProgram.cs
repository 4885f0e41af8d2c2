namespace Dlgs.Streams.Core.Queries.Patterns;

internal enum PlaceKind : byte
{
    /// <summary>Takes a byte of a set, then goes on behind itself.</summary>
    Byte,
    /// <summary>Goes on behind itself where its anchor holds.</summary>
    Anchor,
    /// <summary>Goes on at two places at once.</summary>
    Fork,
    /// <summary>The value matches.</summary>
    Match,
}

/// <summary>One place of a program. Of a byte: its number among the bytes, and its set. Of a fork: where it goes on.</summary>
internal readonly record struct Place(PlaceKind Kind, int First = 0, int Second = 0, Anchor Anchor = default);

/// <summary>What a byte, or an end of the value, is to the anchors beside it.</summary>
internal enum ByteKind : byte
{
    End,
    Newline,
    Word,
    Other,
}

/// <summary>
/// An extended regular expression as a list of places (Thompson, 1968), with intervals written out. Bytes that no set tells apart are one
/// symbol. Immutable.
/// </summary>
internal sealed class EreProgram
{
    private readonly List<Place> places = [];
    private readonly List<int> behind = [];
    private readonly byte[] symbols = new byte[256];
    private readonly List<ByteKind> kinds = [];
    private readonly ByteSet[] symbolsOfSets;
    private readonly bool hasAnchors;
    private readonly bool hasLineAnchors;
    private readonly bool hasWordAnchors;

    public EreProgram(EreNode expression, ByteSet[] sets)
    {
        Write(expression);
        places.Add(new Place(PlaceKind.Match));
        var anchors = places.Where(place => place.Kind == PlaceKind.Anchor).Select(place => place.Anchor).ToHashSet();
        hasAnchors = anchors.Count > 0;
        hasLineAnchors = anchors.Overlaps([Anchor.LineStart, Anchor.LineEnd]);
        hasWordAnchors = anchors.Overlaps([Anchor.WordStart, Anchor.WordEnd, Anchor.WordBoundary, Anchor.NoWordBoundary]);
        Divide(sets);
        symbolsOfSets = Array.ConvertAll(sets, InSymbols);
        (Places, Behind) = ([.. places], [.. behind]);
    }

    public Place[] Places { get; }

    /// <summary>Where each byte's place goes on.</summary>
    public int[] Behind { get; }

    /// <summary>The number of symbols; the end of the value is one more.</summary>
    public int Symbols => kinds.Count;

    /// <summary>The symbol of each byte.</summary>
    public byte[] SymbolsOfBytes => symbols;

    public ByteKind KindOf(int symbol) => symbol < kinds.Count ? kinds[symbol] : hasAnchors ? ByteKind.End : ByteKind.Other;

    public bool Takes(int set, int symbol) => symbol < kinds.Count && symbolsOfSets[set].Contains((byte)symbol);

    private void Write(EreNode node)
    {
        switch (node.Kind)
        {
            case EreKind.Empty: break;
            case EreKind.Byte:
                places.Add(new Place(PlaceKind.Byte, behind.Count, node.Set));
                behind.Add(places.Count);
                break;
            case EreKind.Anchor: places.Add(new Place(PlaceKind.Anchor, Anchor: node.Anchor)); break;
            case EreKind.Sequence:
                foreach (var part in node.Parts) Write(part);
                break;
            case EreKind.Either: WriteEither(node.Parts); break;
            case EreKind.Repeat: WriteRepeat(node); break;
        }
    }

    private void WriteEither(IReadOnlyList<EreNode> branches)
    {
        var ends = new List<int>();
        for (var i = 0; i < branches.Count - 1; i++)
        {
            var fork = Reserve();
            Write(branches[i]);
            ends.Add(Reserve());
            places[fork] = new Place(PlaceKind.Fork, fork + 1, places.Count);
        }
        Write(branches[^1]);
        foreach (var end in ends) places[end] = new Place(PlaceKind.Fork, places.Count, places.Count);
    }

    /// <summary>x{2,} is xx+, x{1,3} is x(x(x)?)?.</summary>
    private void WriteRepeat(EreNode node)
    {
        var (part, least) = (node.Parts[0], node.Least);
        for (var i = 0; i < least - 1; i++) Write(part);
        var last = places.Count;
        if (least > 0) Write(part);
        if (node.Most is { } most) WriteOptional(part, most - least);
        else if (least > 0) places.Add(new Place(PlaceKind.Fork, last, places.Count + 1));
        else
        {
            var fork = Reserve();
            Write(part);
            places.Add(new Place(PlaceKind.Fork, fork, fork));
            places[fork] = new Place(PlaceKind.Fork, fork + 1, places.Count);
        }
    }

    private void WriteOptional(EreNode part, int copies)
    {
        var forks = new List<int>();
        for (var i = 0; i < copies; i++)
        {
            forks.Add(Reserve());
            Write(part);
        }
        foreach (var fork in forks) places[fork] = new Place(PlaceKind.Fork, fork + 1, places.Count);
    }

    private int Reserve()
    {
        places.Add(default);
        return places.Count - 1;
    }

    /// <summary>Divides the bytes into symbols: first by what they are to anchors, then by each set. Bytes count as what they are folded to.</summary>
    private void Divide(ByteSet[] sets)
    {
        kinds.AddRange(Enumerable.Range(0, 256).Select(value => KindOf((byte)value)).Distinct());
        for (var value = 0; value < 256; value++) symbols[value] = (byte)kinds.IndexOf(KindOf((byte)value));
        foreach (var set in sets) Divide(set);
        for (var value = 0; value < 256; value++) symbols[value] = symbols[PosixClasses.ToUpper((byte)value)];
    }

    private void Divide(ByteSet set)
    {
        Span<int> all = stackalloc int[256], inside = stackalloc int[256], dividedInto = stackalloc int[256];
        all.Clear();
        inside.Clear();
        dividedInto.Clear();
        for (var value = 0; value < 256; value++)
        {
            all[symbols[value]]++;
            if (set.Contains((byte)value)) inside[symbols[value]]++;
        }
        for (var value = 0; value < 256; value++)
        {
            var symbol = symbols[value];
            if (!set.Contains((byte)value) || inside[symbol] == all[symbol]) continue;
            if (dividedInto[symbol] == 0)
            {
                dividedInto[symbol] = kinds.Count;
                kinds.Add(kinds[symbol]);
            }
            symbols[value] = (byte)dividedInto[symbol];
        }
    }

    /// <summary>What no anchor of the expression looks at is no difference: it would only make more states.</summary>
    private ByteKind KindOf(byte value) =>
        hasLineAnchors && value == '\n' ? ByteKind.Newline
        : hasWordAnchors && (char.IsAsciiLetterOrDigit((char)value) || value == '_') ? ByteKind.Word
        : ByteKind.Other;

    private ByteSet InSymbols(ByteSet set)
    {
        var inSymbols = default(ByteSet);
        for (var value = 0; value < 256; value++)
            if (PosixClasses.ToUpper((byte)value) == value && set.Contains((byte)value)) inSymbols.Add(symbols[value]);
        return inSymbols;
    }
}
