using Dlgs.Streams.Core.Stores;

namespace Dlgs.Streams.Core.Queries;

/// <summary>The records with the lowest Call-IDs of those that were added, at most a number of them.</summary>
internal sealed class NextCalls(int limit)
{
    private static readonly Comparer<byte[]> HighestFirst = Comparer<byte[]>.Create((a, b) => CallCodec.CallIdOf(b).SequenceCompareTo(CallCodec.CallIdOf(a)));

    /// <summary>The first to go has the highest Call-ID.</summary>
    private readonly PriorityQueue<byte[], byte[]> records = new(HighestFirst);

    /// <summary>There may be more than these.</summary>
    public bool IsFull { get; private set; }

    public bool HasPlaceFor(byte[] record) => !IsFull || HighestFirst.Compare(record, records.Peek()) > 0;

    public void Add(byte[] record)
    {
        if (IsFull) records.EnqueueDequeue(record, record);
        else records.Enqueue(record, record);
        IsFull = records.Count == limit;
    }

    /// <summary>Takes them out, by Call-ID.</summary>
    public byte[][] InOrder()
    {
        var ordered = new byte[records.Count][];
        for (var i = ordered.Length - 1; i >= 0; i--) ordered[i] = records.Dequeue();
        return ordered;
    }
}
