namespace Dlgs.Streams.Partitions;

/// <summary>The partitions of this instance.</summary>
/// <param name="proofLifetime">How long a commit proves that the group has the lane.</param>
/// <param name="time">The clock of <see cref="PartitionView.ProvenAt"/>.</param>
internal sealed class PartitionRegistry(TimeSpan proofLifetime, TimeProvider time)
{
    private readonly Lock changing = new();
    private volatile PartitionView[] views = [];

    /// <summary>Partitions that Call-IDs are hashed over; 0 until the topics were checked.</summary>
    public int PartitionCount { get; set; }

    /// <summary>Kafka's id of the input topic that they were taken over with; empty: not known.</summary>
    public string InputId { get; set; } = "";

    /// <summary>
    /// The instance cannot say for sure that it owns its partitions: for about a session time-out no commit has shown that the group still has
    /// it. By the clock, because an instance that was stopped and goes on does not know yet that it is dead.
    /// </summary>
    public bool OutOfTouch
    {
        get
        {
            var now = time.GetTimestamp();
            foreach (var view in views)
                if (view.Phase == PartitionPhase.Active && time.GetElapsedTime(view.ProvenAt, now) > proofLifetime) return true;
            return false;
        }
    }

    /// <summary>By number, at one moment: those that come or go later make another list.</summary>
    public IReadOnlyList<PartitionView> Views => views;

    public PartitionView? Find(int partition) => Array.Find(views, view => view.Partition == partition);

    /// <summary>Takes the place of another of its number.</summary>
    public void Add(PartitionView view)
    {
        lock (changing) views = [.. views.Where(other => other.Partition != view.Partition).Append(view).OrderBy(each => each.Partition)];
    }

    public void Remove(PartitionView view)
    {
        lock (changing) views = [.. views.Where(other => other != view)];
    }
}
