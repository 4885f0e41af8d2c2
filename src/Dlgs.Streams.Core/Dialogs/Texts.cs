namespace Dlgs.Streams.Core.Dialogs;

/// <summary>The tags, branches and attributes of one Call, each held once and named by a number; 0 is the empty text. Compared bytewise.</summary>
internal sealed class Texts
{
    private byte[] bytes = new byte[1024];
    private int[] ends = new int[32];

    /// <summary>Number of texts, the empty one included.</summary>
    public int Count { get; private set; } = 1;

    /// <summary>As <see cref="Rows{T}.Walked"/>.</summary>
    public long Walked { get; private set; }

    public ReadOnlySpan<byte> this[int text] => text == 0 ? default : bytes.AsSpan(ends[text - 1], ends[text] - ends[text - 1]);

    public void Clear() => Count = 1;

    /// <summary>The text's number, or -1.</summary>
    public int Find(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty) return 0;
        Walked += Count;
        for (var i = 1; i < Count; i++)
            if (ends[i] - ends[i - 1] == text.Length && text.SequenceEqual(bytes.AsSpan(ends[i - 1], text.Length))) return i;
        return -1;
    }

    /// <summary>The text's number; a new one if it was not there.</summary>
    public int Intern(ReadOnlySpan<byte> text)
    {
        var found = Find(text);
        return found >= 0 ? found : Append(text);
    }

    /// <summary>Adds a text that is known to be new.</summary>
    public int Append(ReadOnlySpan<byte> text)
    {
        var start = ends[Count - 1];
        if (start + text.Length > bytes.Length) Array.Resize(ref bytes, Math.Max(bytes.Length * 2, start + text.Length));
        if (Count == ends.Length) Array.Resize(ref ends, Count * 2);
        text.CopyTo(bytes.AsSpan(start));
        ends[Count] = start + text.Length;
        return Count++;
    }

    /// <summary>Bytewise order.</summary>
    public int Compare(int a, int b) => a == b ? 0 : this[a].SequenceCompareTo(this[b]);
}
