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

    /// <summary>For a walk over all rows; it is counted.</summary>
    public Span<T> Span
    {
        get
        {
            Walked += Count;
            return items.AsSpan(0, Count);
        }
    }

    /// <summary>Rows that were walked over since the beginning: a test holds the work of a message to a multiple of its Call's rows.</summary>
    public long Walked { get; private set; }

    public void Add(in T row)
    {
        if (Count == items.Length) Array.Resize(ref items, Count * 2);
        items[Count++] = row;
    }

    /// <summary>Adds a row at a place; the rows behind it move up.</summary>
    public void Insert(int i, in T row)
    {
        Add(row);
        if (i == Count - 1) return;
        items.AsSpan(i, Count - 1 - i).CopyTo(items.AsSpan(i + 1));
        items[i] = row;
    }

    /// <summary>Removes a row; the last one takes its place.</summary>
    public void RemoveAt(int i) => items[i] = items[--Count];

    /// <summary>Removes a row where the order of the others counts.</summary>
    public void RemoveInOrder(int i)
    {
        items.AsSpan(i + 1, Count - i - 1).CopyTo(items.AsSpan(i));
        Count--;
    }

    /// <summary>Keeps the first so many.</summary>
    public void Truncate(int count) => Count = count;

    public void Clear() => Count = 0;
}
