namespace Dlgs.Streams.Core.Dialogs;

/// <summary>
/// The pairs of tags that one caller is in, either way, by the other's tag:
/// its own facts, or those of a pair of which nothing is known. Over reused tables.
/// </summary>
internal readonly struct PairsOf(Call call, TextMap outward, TextMap back)
{
    private static readonly PairFacts Unknown = PairFacts.New(TextId.None, TextId.None);

    /// <summary>Fills the tables for one caller.</summary>
    public static PairsOf Of(Call call, TextId caller, TextMap outward, TextMap back)
    {
        outward.Begin(call.Texts.Count);
        back.Begin(call.Texts.Count);
        var rows = call.Pairs.Span;
        for (var row = 0; row < rows.Length; row++)
        {
            ref var pair = ref rows[row];
            if (pair.FromTag == caller) outward.Set(pair.ToTag, row);
            if (pair.ToTag == caller) back.Set(pair.FromTag, row);
        }
        return new PairsOf(call, outward, back);
    }

    /// <summary>{caller, other}: what the other was sent, or hung up on.</summary>
    public ref readonly PairFacts Outward(TextId other) => ref Find(outward, other);

    /// <summary>{other, caller}.</summary>
    public ref readonly PairFacts Back(TextId other) => ref Find(back, other);

    private ref readonly PairFacts Find(TextMap rows, TextId other)
    {
        if (rows.TryGet(other, out var row)) return ref call.Pairs[row];
        return ref Unknown;
    }
}
