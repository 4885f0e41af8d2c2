namespace Dlgs.Streams.Core.Stores;

/// <summary>
/// An array that grows by chunks and never moves what it has, so that growing at the ten-millionth element pauses nobody. One writer;
/// readers may index what they have been told of.
/// </summary>
internal sealed class ChunkedArray<T>
{
    private const int ChunkBits = 12;
    public const int ChunkSize = 1 << ChunkBits;

    private volatile T[][] chunks = [];

    public int Capacity => chunks.Length * ChunkSize;

    public ref T this[int i] => ref chunks[i >> ChunkBits][i & (ChunkSize - 1)];

    /// <summary>The elements of a chunk from its first on, up to an end.</summary>
    public Span<T> Chunk(int first, int end) => chunks[first >> ChunkBits].AsSpan(0, Math.Min(ChunkSize, end - first));

    public void EnsureCapacity(int count)
    {
        if (count <= Capacity) return;
        var grown = new T[(count + ChunkSize - 1) >> ChunkBits][];
        chunks.CopyTo(grown, 0);
        for (var i = chunks.Length; i < grown.Length; i++) grown[i] = new T[ChunkSize];
        chunks = grown;
    }
}
