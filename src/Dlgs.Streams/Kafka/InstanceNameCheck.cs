using Confluent.Kafka;

namespace Dlgs.Streams.Kafka;

/// <summary>
/// Whether another process runs under this instance's name. It has to be known before joining: of two static members of one name Kafka keeps the
/// newest, so the one that runs would be thrown out, and its calls with it.
/// </summary>
internal sealed partial class InstanceNameCheck(LaneContext context, GroupState group, ILogger<InstanceNameCheck> logger)
{
    private readonly StoreTail tail = new(context);

    /// <summary>A lane that lives writes at the latest after a proof interval.</summary>
    private TimeSpan Watch => context.Clients.ProofInterval * 1.5;

    /// <summary>
    /// Throws a RefusalException that names both processes.
    /// Takes a moment only where the group lists this name, and its owner did not say goodbye.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        if (context.Clients.IsEmbedded) return;
        var members = Enumerable.Range(0, context.Settings.LaneCount).Select(lane => context.Clients.IdentityOf(lane).Member).ToHashSet();
        // Not known is as good as listed: it only takes longer.
        if (!await Task.Run(() => members.Any(member => group.HasMember(member) != false), cancellation)) return;
        var before = await FindLastAsync();
        var suspects = before
            .Where(last => members.Contains(last.Value.Record.Member) && !last.Value.Record.Released && last.Value.Record.Process != LaneIdentity.Process)
            .Select(last => last.Key).ToArray();
        if (suspects.Length == 0) return;
        LogWatching(logger, context.Cluster.Instance, before[suspects[0]].Record.Process, Watch.TotalSeconds);
        await Task.Delay(Watch, context.Time, cancellation);
        var after = await FindLastAsync();
        foreach (var store in suspects)
        {
            if (!after.TryGetValue(store, out var now) || now.Offset == before[store].Offset || now.Record.Owner != before[store].Record.Owner
                || now.Record.Released || now.Record.Process == LaneIdentity.Process)
                continue;
            throw new RefusalException($"another process runs as instance {context.Cluster.Instance}: {now.Record.Process}, "
                + $"which wrote {store.Topic} [{store.Partition.Value}] a moment ago. It goes on. "
                + $"This process ({LaneIdentity.Process}) needs a name of its own (instance, or DLGS_INSTANCE)");
        }
    }

    /// <summary>What stands last in the stores whose brokers answer.</summary>
    private async Task<Dictionary<TopicPartition, PlacedRecord>> FindLastAsync()
    {
        var ends = await LogEnds.AskAsync(context.Admin.Client,
            [.. Enumerable.Range(0, context.Registry.PartitionCount).Select(p => new TopicPartition(context.Topics.DialogStore, p))]);
        return await Task.Run(() => tail.FindLast(ends.Where(end => end.Value.Failure is null).ToDictionary(end => end.Key, end => end.Value.Value)));
    }

    [LoggerMessage(48, LogLevel.Information,
        "The group still lists instance {Instance}, last as {Process}: watching for {Seconds} s whether that process lives")]
    private static partial void LogWatching(ILogger logger, string instance, string process, double seconds);
}
