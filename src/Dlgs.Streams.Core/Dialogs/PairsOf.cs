namespace Dlgs.Streams.Core.Dialogs;

/// <summary>The pairs of tags that one caller is in, either way, by the other's tag. Over reused tables.</summary>
internal readonly struct PairsOf(Call call, TextMap outward, TextMap back)
{
    /// <summary>Fills the tables for one caller.</summary>
    public static PairsOf Of(Call call, int caller, TextMap outward, TextMap back)
    {
        outward.Begin(call.Texts.Count);
        back.Begin(call.Texts.Count);
        var rows = call.Pairs.Span;
        for (var row = 0; row < rows.Length; row++)
        {
            ref var pair = ref rows[row];
            if (pair.FromTag == caller) outward[pair.ToTag] = row;
            if (pair.ToTag == caller) back[pair.FromTag] = row;
        }
        return new PairsOf(call, outward, back);
    }

    /// <summary>The row of {caller, other}; -1: none.</summary>
    public int Outward(int other) => outward[other];

    /// <summary>The row of {other, caller}; -1: none.</summary>
    public int Back(int other) => back[other];

    /// <summary>When the caller hung up on the other.</summary>
    public Moment HungUp(int other) => outward[other] is >= 0 and var row ? call.Pairs[row].HungUp : Moment.None;

    /// <summary>When the other hung up.</summary>
    public Moment WasHungUp(int other) => back[other] is >= 0 and var row ? call.Pairs[row].HungUp : Moment.None;
}
