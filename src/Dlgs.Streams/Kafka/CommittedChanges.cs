using Confluent.Kafka;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Partitions;
using Dlgs.Streams.Settings;
using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Kafka;

/// <summary>
/// Follows dialog-changes, read_committed: all that every instance commits is there, in the partition of its input and in its order. Each reader
/// has a consumer of its own, which is no member of any group.
/// </summary>
internal sealed class CommittedChanges(LaneContext context, IOptions<ClusterOptions> options, ILogger<ChangeFeed> logger) : ICommittedChanges, IDisposable
{
    private static readonly TimeSpan GuessTimeout = TimeSpan.FromSeconds(3);

    /// <summary>So often, with a pause between them, a log has to end before a position: in a failover one may seem shorter than it is.</summary>
    private const int Proofs = 3;
    private static readonly TimeSpan ProofPause = TimeSpan.FromSeconds(1);

    /// <summary>One of its own: no lane that takes over a partition waits for those who watch.</summary>
    private readonly GroupState group = new(options, context.Topics, context.Clients, context.Admin);

    public IChangeFeed Follow(IReadOnlyCollection<PartitionPosition> positions)
    {
        var known = positions.Select(position => position.Partition).ToHashSet();
        // Before the ends: what is committed after this is after these positions, and a reader that begins at those ends misses none of it.
        var now = Now([.. Enumerable.Range(0, context.Registry.PartitionCount).Where(partition => !known.Contains(partition))]);
        var ends = EndsBeyond(positions);
        var stable = StableEnds([.. now.Select(position => Output(position.Partition))]);
        var consumer = new ConsumerBuilder<Ignore, byte[]?>(context.Clients.WatchConsumer()).BuildSilent();
        try
        {
            var guesses = Guess(consumer, positions);
            var fromNow = now.Select(position => ChangeSearch.At(position, stable[Output(position.Partition)]));
            var fromThere = positions.Select(position =>
                ChangeSearch.Around(position, ends[Output(position.Partition)], guesses.GetValueOrDefault(position.Partition)));
            return new ChangeFeed(consumer, fromNow.Concat(fromThere), group, context, logger);
        }
        catch
        {
            consumer.Dispose();
            throw;
        }
    }

    public void Dispose() => group.Dispose();

    private TopicPartition Input(int partition) => new(context.Topics.SipEvents, partition);

    private TopicPartition Output(int partition) => new(context.Topics.DialogChanges, partition);

    /// <summary>What the group has committed. The embedded broker keeps no offsets, and has one instance.</summary>
    private PartitionPosition[] Now(int[] partitions)
    {
        if (partitions.Length == 0) return [];
        var committed = group.CommittedOffsets(partitions);
        return Array.ConvertAll(partitions, partition =>
        {
            if (committed[partition].Failure is { } failure) throw Unavailable(failure);
            var offset = context.Clients.IsEmbedded ? context.Registry.Find(partition)?.CommittedOffset : committed[partition].Value;
            return new PartitionPosition(partition, Math.Max(0, offset ?? 0), LogTime.Start);
        });
    }

    /// <summary>Of the input too, which no position is beyond.</summary>
    private Dictionary<TopicPartition, LogEnds> EndsBeyond(IReadOnlyCollection<PartitionPosition> positions)
    {
        if (positions.Count == 0) return [];
        for (var proofs = 1; ; proofs++)
        {
            var asked = positions.SelectMany(position => new[] { Input(position.Partition), Output(position.Partition) }).ToArray();
            var ends = Believed(LogEnds.AskAsync(context.Admin.Client, asked).GetAwaiter().GetResult());
            PartitionPosition[] beyond = [.. positions.Where(position => position.NextOffset > ends[Input(position.Partition)].End)];
            if (beyond.Length == 0) return ends;
            if (proofs == Proofs)
                throw new ChangesException(ChangeFault.Unwritten,
                    $"the input of partition {beyond[0].Partition} ends at {ends[Input(beyond[0].Partition)].End}, and it is at {beyond[0].NextOffset}.");
            Task.Delay(ProofPause, context.Time).GetAwaiter().GetResult();
        }
    }

    private Dictionary<TopicPartition, long> StableEnds(TopicPartition[] partitions) => partitions.Length == 0 ? []
        : Believed(LogEnds.AskLatestAsync(context.Admin.Client, partitions, IsolationLevel.ReadCommitted, LogEnds.Timeout).GetAwaiter().GetResult());

    private static Dictionary<TopicPartition, T> Believed<T>(Dictionary<TopicPartition, Answer<T>> answers) =>
        answers.ToDictionary(answer => answer.Key, answer => answer.Value.Failure is { } failure ? throw Unavailable(failure) : answer.Value.Value);

    /// <summary>
    /// Where their streams had come to; or where the first record of their log time or later stands, which nearly always is near the first change
    /// after them. Where nobody says, there is no guess, and the end does.
    /// </summary>
    private Dictionary<int, long?> Guess(IConsumer<Ignore, byte[]?> consumer, IReadOnlyCollection<PartitionPosition> positions)
    {
        var guesses = positions.Where(position => position.ChangeOffset >= 0)
            .ToDictionary(position => position.Partition, position => (long?)position.ChangeOffset);
        TopicPartitionTimestamp[] times = [.. positions.Where(position => position.ChangeOffset < 0 && position.LogTime != LogTime.Start).Select(
            position => new TopicPartitionTimestamp(Output(position.Partition), new Timestamp(position.LogTime.Micros / 1_000, TimestampType.CreateTime)))];
        if (times.Length == 0) return guesses;
        try
        {
            foreach (var found in consumer.OffsetsForTimes(times, GuessTimeout))
                if (found.Offset.Value >= 0) guesses[found.Partition.Value] = found.Offset.Value;
        }
        catch (KafkaException)
        {
            // The end does.
        }
        return guesses;
    }

    private static ChangesException Unavailable(string failure) => new(ChangeFault.Unavailable, $"{failure}. Ask again.");
}
