using System.Collections.Concurrent;

namespace Dlgs.Streams.Partitions;

/// <summary>The partitions of this instance.</summary>
/// <param name="proofLifetime">How long a commit proves that the group has the lane.</param>
/// <param name="time">The clock of <see cref="PartitionView.ProvenAt"/>.</param>
internal sealed class PartitionRegistry(TimeSpan proofLifetime, TimeProvider time)
{
    private readonly ConcurrentDictionary<int, PartitionView> views = new();

    /// <summary>Partitions that Call-IDs are hashed over; 0 until the topics were checked.</summary>
    public int PartitionCount { get; set; }

    /// <summary>Kafka's id of the input topic that they were taken over with; empty: not known.</summary>
    public string InputId { get; set; } = "";

    /// <summary>
    /// The instance cannot say for sure that it owns its partitions: for about a session time-out no commit has shown that the group still has
    /// it. By the clock, because an instance that was stopped and goes on does not know yet that it is dead.
    /// </summary>
    public bool OutOfTouch => views.Values.Any(view => view.Phase == PartitionPhase.Active && time.GetElapsedTime(view.ProvenAt) > proofLifetime);

    public ICollection<PartitionView> Views => views.Values;

    public PartitionView? Find(int partition) => views.GetValueOrDefault(partition);

    public void Add(PartitionView view) => views[view.Partition] = view;

    public void Remove(PartitionView view) => views.TryRemove(new KeyValuePair<int, PartitionView>(view.Partition, view));
}
