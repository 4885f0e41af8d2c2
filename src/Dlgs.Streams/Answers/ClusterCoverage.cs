using Dlgs.Streams.Cluster;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Core.Stores;
using Dlgs.Streams.Partitions;
using Dlgs.Streams.Records;
using Google.Protobuf.WellKnownTypes;
using PartitionPhase = Dlgs.Streams.Partitions.PartitionPhase;

namespace Dlgs.Streams.Answers;

/// <summary>A partition that answers, with its store as it was found, how far that was at least, and how often it had gone back.</summary>
internal readonly record struct AnsweringPartition(PartitionView View, DialogStore Store, PartitionPosition Position, int Rollbacks)
{
    public int Partition => Position.Partition;

    /// <summary>Its store went back since its position was read: what was read of it may be older than that.</summary>
    public bool HasGoneBack => Rollbacks % 2 != 0 || View.Rollbacks != Rollbacks;
}

/// <summary>
/// Which partitions answer a query, found at one moment: what is asked then is asked of these stores, whatever happens to their partitions
/// meanwhile, so an answer covers exactly what it says.
/// </summary>
internal sealed class ClusterCoverage
{
    private readonly List<AnsweringPartition> answering;
    private readonly bool isListed;

    private ClusterCoverage(PartitionRegistry registry, Demand? demand, int? only, PeerScope? peer)
    {
        var asked = only is null ? registry.PartitionCount : 1;
        (isListed, answering) = (demand is { Partitions: true }, new List<AnsweringPartition>(asked));
        Record.PartitionCount = registry.PartitionCount;
        foreach (var view in registry.Views)
            if (view.Partition < registry.PartitionCount && (only is null || view.Partition == only) && peer?.Includes(view.Partition) != false)
                Add(view);
        if (answering.Count < asked) AddMissing(only ?? 0, asked);
        Record.Complete = registry.PartitionCount > 0 && Record.MissingPartitions.Count == 0;
        if (peer is not null) peer.Answered = ToColumns();
        // Whoever puts several together writes one for all.
        if (peer is null || only is not null) Record.Position = PositionTokens.Write(registry, answering.Select(answer => answer.Position));
    }

    /// <summary>By number.</summary>
    public IReadOnlyList<AnsweringPartition> Answering => answering;

    public Coverage Record { get; } = new();

    /// <summary>See <see cref="AnsweringPartition.HasGoneBack"/>.</summary>
    public bool HasGoneBack => answering.Exists(partition => partition.HasGoneBack);

    /// <summary>Whether the answer has what stands before a position.</summary>
    public bool Has(Position position) =>
        answering.Exists(answer => answer.Partition == position.Partition && answer.Position.NextOffset >= position.Offset);

    /// <summary>What answers now, of all partitions or of only one. Refused where that is nothing, or less than was demanded.</summary>
    public static ClusterCoverage Find(PartitionRegistry registry, Demand? demand, int? only = null, PeerScope? peer = null)
    {
        if (registry.OutOfTouch)
            throw QueryRefusal.Unavailable("This instance has lost touch with the brokers: "
                + "its partitions may be another's by now. Ask again, or another instance.");
        if (registry.PartitionCount == 0) throw QueryRefusal.PartitionsUnknown();
        var coverage = new ClusterCoverage(registry, demand, only, peer);
        // Of one that was asked of many, what it lacks is for whoever asked to judge.
        if (peer is not null && only is null) return coverage;
        if (coverage.answering.Count == 0 || demand is { Complete: true } && !coverage.Record.Complete) throw coverage.Refusal();
        return coverage;
    }

    private QueryRefusal Refusal()
    {
        var (count, unanswered) = (Record.PartitionCount, Record.MissingPartitions);
        var missing = string.Join(", ", unanswered);
        return QueryRefusal.Incomplete(unanswered, answering.Count == 0
            ? $"Of the {count} partitions, none of those asked answers here: {missing}. Another instance may have them: ask that one."
            : $"Of the {count} partitions, {missing} do not answer; without demand.complete the others would.");
    }

    private void Add(PartitionView view)
    {
        // The positions before the store is asked anything: they are what the answer has at least.
        var rollbacks = view.Rollbacks;
        var store = view.Store;
        var position = new PartitionPosition(view.Partition, view.ProcessedOffset, store?.LogTime ?? LogTime.Start);
        if (isListed) Record.Partitions.Add(Describe(view, position));
        // The store changes hands before the phase says so: a store that is still there was there when the positions were read.
        if (view.Phase != PartitionPhase.Active || store is null || !ReferenceEquals(store, view.Store)) return;
        answering.Add(new AnsweringPartition(view, store, position, rollbacks));
        if (view.StalledSince is not null) Record.StalledPartitions.Add(view.Partition);
    }

    /// <summary>What a partition is, and how far.</summary>
    public static PartitionCoverage Describe(PartitionView view) =>
        Describe(view, new PartitionPosition(view.Partition, view.ProcessedOffset, view.Store?.LogTime ?? LogTime.Start));

    private AnsweredPartitions ToColumns()
    {
        var columns = new AnsweredPartitions();
        foreach (var (view, _, position, _) in answering)
            columns.Add(new AnsweredPartition(view.Partition, view.Generation, position.NextOffset, view.CommittedOffset,
                position.LogTime.Micros, view.StalledSince is not null));
        return columns;
    }

    private void AddMissing(int first, int asked) =>
        Record.MissingPartitions.AddRange(Enumerable.Range(first, asked).Except(answering.Select(answer => answer.Partition)));

    private static PartitionCoverage Describe(PartitionView view, PartitionPosition position)
    {
        var record = new PartitionCoverage
        {
            Partition = view.Partition,
            Generation = view.Generation,
            Phase = ToRecord(view.Phase),
            ProcessedOffset = position.NextOffset,
            CommittedOffset = view.CommittedOffset,
        };
        if (position.LogTime != LogTime.Start) record.LogTime = DialogRecords.ToTimestamp(position.LogTime.Micros);
        if (view.Lag is var lag && lag >= 0) record.Lag = lag;
        if (view.StalledSince is { } since) record.StalledSince = Timestamp.FromDateTimeOffset(since);
        return record;
    }

    private static Contracts.V1.PartitionPhase ToRecord(PartitionPhase phase) => phase switch
    {
        PartitionPhase.Restoring => Contracts.V1.PartitionPhase.Restoring,
        PartitionPhase.Active => Contracts.V1.PartitionPhase.Active,
        PartitionPhase.Draining => Contracts.V1.PartitionPhase.Draining,
        PartitionPhase.Closed => Contracts.V1.PartitionPhase.Closed,
    };
}
