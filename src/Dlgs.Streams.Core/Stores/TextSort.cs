using System.Buffers.Binary;

namespace Dlgs.Streams.Core.Stores;

/// <summary>
/// Sorts values bytewise, eight bytes at a time: numbers compare without a look at the texts, which are all over the memory. Most values of a
/// service begin alike, so what is equal so far is sorted by the next eight.
/// </summary>
internal static class TextSort
{
    /// <summary>Below, comparing the texts costs no more.</summary>
    private const int FewTexts = 16;

    private static readonly Comparison<SortedValue> Bytewise = (a, b) => a.Text.AsSpan().SequenceCompareTo(b.Text);

    public static void Sort(Span<SortedValue> values) => Sort(values, new ulong[values.Length], 0);

    private static void Sort(Span<SortedValue> values, Span<ulong> keys, int depth)
    {
        for (var i = 0; i < values.Length; i++) keys[i] = KeyOf(values[i].Text, depth);
        keys.Sort(values);
        for (var first = 0; first < values.Length;)
        {
            var end = first + 1;
            while (end < values.Length && keys[end] == keys[first]) end++;
            if (end - first > 1) SortEqual(values[first..end], keys[first..end], depth + sizeof(ulong));
            first = end;
        }
    }

    private static void SortEqual(Span<SortedValue> values, Span<ulong> keys, int depth)
    {
        var goOn = false;
        foreach (var value in values) goOn |= value.Text.Length > depth;
        if (goOn && values.Length > FewTexts) Sort(values, keys, depth);
        else values.Sort(Bytewise);
    }

    /// <summary>Eight bytes of a text as a number, zeros behind its end.</summary>
    private static ulong KeyOf(ReadOnlySpan<byte> text, int depth)
    {
        if (text.Length >= depth + sizeof(ulong)) return BinaryPrimitives.ReadUInt64BigEndian(text[depth..]);
        ulong key = 0;
        for (var i = depth; i < depth + sizeof(ulong); i++) key = key << 8 | (i < text.Length ? text[i] : 0u);
        return key;
    }
}
