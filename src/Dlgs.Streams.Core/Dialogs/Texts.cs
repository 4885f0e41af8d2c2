namespace Dlgs.Streams.Core.Dialogs;

/// <summary>The tags, branches and attributes of one Call, each held once and named by a number. Compared bytewise.</summary>
internal sealed class Texts
{
    private byte[] bytes = new byte[1024];
    private int[] ends = new int[32];

    /// <summary>Number of texts, the empty one included.</summary>
    public int Count { get; private set; } = 1;

    /// <summary>As <see cref="Rows{T}.Walked"/>.</summary>
    public long Walked { get; private set; }

    public ReadOnlySpan<byte> this[TextId text] => text.IsEmpty ? default : bytes.AsSpan(ends[text.Number - 1], ends[text.Number] - ends[text.Number - 1]);

    public void Clear() => Count = 1;

    /// <summary>False: the Call does not have the text.</summary>
    public bool TryFind(ReadOnlySpan<byte> text, out TextId found)
    {
        found = TextId.Empty;
        if (text.IsEmpty) return true;
        Walked += Count;
        for (var i = 1; i < Count; i++)
        {
            if (ends[i] - ends[i - 1] != text.Length || !text.SequenceEqual(bytes.AsSpan(ends[i - 1], text.Length))) continue;
            found = new TextId(i);
            return true;
        }
        return false;
    }

    /// <summary>Finds a text, or adds it.</summary>
    public TextId Intern(ReadOnlySpan<byte> text) => TryFind(text, out var found) ? found : Append(text);

    /// <summary>Adds a text that is known to be new.</summary>
    public TextId Append(ReadOnlySpan<byte> text)
    {
        var start = ends[Count - 1];
        if (start + text.Length > bytes.Length) Array.Resize(ref bytes, Math.Max(bytes.Length * 2, start + text.Length));
        if (Count == ends.Length) Array.Resize(ref ends, Count * 2);
        text.CopyTo(bytes.AsSpan(start));
        ends[Count] = start + text.Length;
        return new TextId(Count++);
    }

    /// <summary>Bytewise order.</summary>
    public int Compare(TextId a, TextId b) => a == b ? 0 : this[a].SequenceCompareTo(this[b]);
}
