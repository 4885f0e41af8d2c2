using System.Collections.Concurrent;

namespace Dlgs.Streams.Partitions;

/// <summary>Ends the service for good, its partitions going to the other instances, and tells what became of them.</summary>
internal delegate Task<Handover> LeaveGroup();

/// <summary>What became of the partitions when their lanes ended. Each lane notes its own, on its thread.</summary>
internal sealed class Handover
{
    private readonly ConcurrentDictionary<int, (int[] Done, int[] Undone, string Why)> ends = new();
    private volatile bool leaves;

    /// <summary>The other instances get the partitions at once. Otherwise they wait for this one's return, for as long as its session lasts.</summary>
    public bool Leaves { get => leaves; set => leaves = value; }

    /// <summary>All is committed: the next owner goes on where we ended.</summary>
    public int[] Done => [.. ends.Values.SelectMany(end => end.Done).Order()];

    /// <summary>Nobody knows that all is committed: the next owner does again what is not.</summary>
    public int[] Undone => [.. ends.Values.SelectMany(end => end.Undone).Order()];

    public string Why => string.Join("; ", ends.Values.Where(end => end.Undone.Length > 0).Select(end => end.Why).Distinct());

    /// <summary>A lane that got no partition since it failed has nothing to add to what it noted then.</summary>
    public void Note(int lane, int[] done, int[] undone, string why = "")
    {
        if (done.Length + undone.Length > 0) ends[lane] = (done, undone, why);
    }
}
