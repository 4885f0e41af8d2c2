using System.Text;

namespace Dlgs.Streams.Core.Queries;

/// <summary>The largest of the groups that were added: at most a number of them, each above a number.</summary>
internal sealed class LargestGroups(int limit, long above)
{
    private static readonly Comparer<(long Count, byte[] Value)> SmallestFirst = Comparer<(long Count, byte[] Value)>.Create(
        (a, b) => a.Count != b.Count ? a.Count.CompareTo(b.Count) : b.Value.AsSpan().SequenceCompareTo(a.Value));

    private readonly PriorityQueue<byte[], (long Count, byte[] Value)> groups = new(SmallestFirst);
    /// <summary>What is smaller is not among them, whatever its value.</summary>
    private long least = LeastAbove(above);

    /// <summary>The value of the smallest, where it is full.</summary>
    private byte[]? last;

    /// <summary>At most so many.</summary>
    public int Limit => limit;

    /// <summary>How large a group has to be, as far as is known.</summary>
    public long Least => least;

    public bool IsFull => groups.Count == limit;

    public bool MayTake(long count) => count >= least;

    public void Add(long count, byte[] value)
    {
        if (!MayTake(count)) return;
        if (groups.Count < limit) groups.Enqueue(value, (count, value));
        // Of many equals hardly any is among them: that is seen here.
        else if (count > least || value.AsSpan().SequenceCompareTo(last) < 0) groups.EnqueueDequeue(value, (count, value));
        else return;
        if (IsFull && groups.TryPeek(out last, out var smallest)) least = smallest.Count;
    }

    /// <summary>Those that are among them now.</summary>
    public IEnumerable<byte[]> Values => groups.UnorderedItems.Select(group => group.Element);

    public void Clear()
    {
        groups.Clear();
        least = LeastAbove(above);
    }

    /// <summary>No group is as large as the largest number: above it is none.</summary>
    private static long LeastAbove(long above) => above == long.MaxValue ? above : above + 1;

    /// <summary>Takes them out: the largest first, of equals the lowest value bytewise.</summary>
    public DialogGroup[] InOrder()
    {
        var ordered = new DialogGroup[groups.Count];
        while (groups.TryDequeue(out var value, out var group)) ordered[groups.Count] = new DialogGroup(Encoding.UTF8.GetString(value), group.Count);
        return ordered;
    }
}
