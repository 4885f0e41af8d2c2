using System.Runtime.CompilerServices;

namespace Dlgs.Streams.Core.Dialogs;

/// <summary>A list of structs that hands out references and is reused from one Call to the next, so that looking at a Call allocates nothing.</summary>
internal sealed class Rows<T> where T : struct
{
    private T[] items = new T[4];

    public int Count { get; private set; }

    public ref T this[int i]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref items[i];
    }

    public Span<T> Span => items.AsSpan(0, Count);

    public void Add(in T row)
    {
        if (Count == items.Length) Array.Resize(ref items, Count * 2);
        items[Count++] = row;
    }

    public void RemoveAt(int i) => items[i] = items[--Count];

    public void Clear() => Count = 0;
}
