namespace Dlgs.Streams.Core.Dialogs;

/// <summary>Rows of a Call by one of their texts, so that nothing walks all rows once for each of them. A reused object.</summary>
internal sealed class Groups
{
    private int[] heads = new int[32];
    private int[] next = new int[16];

    public void Begin(int texts, int rows)
    {
        if (heads.Length < texts) heads = new int[texts * 2];
        if (next.Length < rows) next = new int[rows * 2];
        heads.AsSpan(0, texts).Clear();
    }

    /// <summary>Groups the INVITEs of a Call by From-tag.</summary>
    public void Begin(Call call)
    {
        Begin(call.Texts.Count, call.Invites.Count);
        for (var i = 0; i < call.Invites.Count; i++) Add(call.Invites[i].FromTag, i);
    }

    public void Add(TextId text, int row) => (next[row], heads[text.Number]) = (heads[text.Number], row + 1);

    /// <summary>The first row of a text; -1: none.</summary>
    public int First(TextId text) => heads[text.Number] - 1;

    public int Next(int row) => next[row] - 1;
}

/// <summary>A row, or a place in a list, for some texts of a Call: a map that forgets everything in one step. A reused object.</summary>
internal sealed class TextMap
{
    private (int Generation, int Value)[] entries = new (int, int)[32];
    private int generation;

    public void Begin(int texts)
    {
        if (entries.Length < texts) Array.Resize(ref entries, texts * 2);
        if (++generation != int.MaxValue) return;
        Array.Clear(entries);
        generation = 1;
    }

    public bool Has(TextId text) => entries[text.Number].Generation == generation;

    public bool TryGet(TextId text, out int value)
    {
        ref var entry = ref entries[text.Number];
        value = entry.Value;
        return entry.Generation == generation;
    }

    public void Set(TextId text, int value) => entries[text.Number] = (generation, value);

    public void Remove(TextId text) => entries[text.Number] = default;
}
