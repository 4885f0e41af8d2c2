using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Dlgs.Streams.Kafka;

/// <summary>
/// Whether another process runs under this instance's name. It has to be known before joining: of two static members of one name Kafka keeps the
/// newest, so the one that runs would be thrown out, and its calls with it.
/// </summary>
internal sealed partial class InstanceNameCheck(LaneContext context, ILogger<InstanceNameCheck> logger)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly StoreTail tail = new(context);

    /// <summary>A lane that lives writes at the latest after a proof interval.</summary>
    private TimeSpan Watch => context.Clients.ProofInterval * 1.5;

    /// <summary>Throws a RefusalException that names both processes. Takes a moment only where the group lists this name, and its owner did not say goodbye.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        if (context.Clients.IsEmbedded) return;
        var stores = await StoresOfNamesakeAsync();
        if (stores.Length == 0) return;
        var before = await FindLastAsync(stores);
        var suspects = before.Where(last => IsNamesakes(last.Value.Record.Member) && !last.Value.Record.Released).Select(last => last.Key).ToArray();
        if (suspects.Length == 0) return;
        LogWatching(logger, context.Settings.Instance, before[suspects[0]].Record.Process, Watch.TotalSeconds);
        await Task.Delay(Watch, context.Time, cancellation);
        foreach (var (store, now) in await FindLastAsync(suspects))
        {
            if (now.Offset == before[store].Offset || now.Record.Owner != before[store].Record.Owner || now.Record.Released) continue;
            throw new RefusalException($"another process runs as instance {context.Settings.Instance}: {now.Record.Process}, which wrote {store.Topic} [{store.Partition.Value}] a moment ago. It goes on. "
                + $"This process ({LaneIdentity.Process}) needs a name of its own (instance, or DLGS_INSTANCE)");
        }
    }

    private bool IsNamesakes(string member) => Enumerable.Range(0, context.Settings.LaneCount).Any(lane => context.Clients.IdentityOf(lane).Member == member);

    /// <summary>The stores of the partitions that the group has given to members of this name.</summary>
    private async Task<TopicPartition[]> StoresOfNamesakeAsync()
    {
        var described = await context.Admin.Client.DescribeConsumerGroupsAsync([context.Settings.GroupName], new DescribeConsumerGroupsOptions { RequestTimeout = Timeout });
        return
        [
            .. described.ConsumerGroupDescriptions[0].Members.Where(member => IsNamesakes(member.GroupInstanceId ?? ""))
                .SelectMany(member => member.Assignment.TopicPartitions).Where(partition => partition.Topic == context.Topics.SipEvents)
                .Select(partition => new TopicPartition(context.Topics.DialogStore, partition.Partition)),
        ];
    }

    private async Task<Dictionary<TopicPartition, (Contracts.V1.PartitionRecord Record, long Offset)>> FindLastAsync(TopicPartition[] stores)
    {
        var ends = await LogEnds.AskAsync(context.Admin.Client, stores);
        var found = new Dictionary<TopicPartition, (Contracts.V1.PartitionRecord, long)>();
        await Task.Run(() =>
        {
            foreach (var store in stores)
                if (ends[store].Failure is null && tail.FindLast(store, ends[store].Value) is { } last) found[store] = last;
        });
        return found;
    }

    [LoggerMessage(48, LogLevel.Information, "The group still lists instance {Instance}, last as {Process}: watching for {Seconds} s whether that process lives")]
    private static partial void LogWatching(ILogger logger, string instance, string process, double seconds);
}
