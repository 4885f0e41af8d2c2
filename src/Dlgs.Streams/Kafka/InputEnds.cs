using System.Collections.Concurrent;
using Confluent.Kafka;

namespace Dlgs.Streams.Kafka;

/// <summary>
/// Where the input's partitions end, asked of the brokers: what a lane's consumer knows of it is older, by a fetch or by a backlog, than what
/// a caller may have been told on delivery. Logs only grow, so what is known to be written is not asked again. One request at a time.
/// </summary>
internal sealed class InputEnds(Topics topics, KafkaClients clients) : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<int, long> known = new();
    private readonly SemaphoreSlim asking = new(1);
    private IAdminClient? admin;

    /// <summary>The offset after the last record, at least one that reaches <paramref name="atLeast"/>; null: the brokers do not say.</summary>
    public async Task<long?> FindAsync(int partition, long atLeast)
    {
        if (known.TryGetValue(partition, out var end) && end >= atLeast) return end;
        await asking.WaitAsync();
        try
        {
            admin ??= new AdminClientBuilder(clients.Watch()).BuildSilent();
            var asked = new TopicPartition(topics.SipEvents, partition);
            var said = (await LogEnds.AskLatestAsync(admin, [asked], IsolationLevel.ReadUncommitted, Timeout))[asked];
            return said.Failure is null ? known[partition] = said.Value : null;
        }
        finally
        {
            asking.Release();
        }
    }

    public void Dispose()
    {
        if (admin is not null) AdminAnswer.Free(admin);
        asking.Dispose();
    }
}
