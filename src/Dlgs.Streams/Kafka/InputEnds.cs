using System.Collections.Concurrent;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Dlgs.Streams.Settings;
using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Kafka;

/// <summary>
/// Where the input's partitions end, asked of the brokers: what a lane's consumer knows of it is older, by a fetch or by a backlog, than what
/// a caller may have been told on delivery. Logs only grow, so what is known to be written is not asked again. One request at a time.
/// </summary>
internal sealed class InputEnds(IOptions<DlgsOptions> options, KafkaClients clients) : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    private readonly string topic = new Topics(options.Value.TopicPrefix).SipEvents;
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
            return known[partition] = await AskAsync(new TopicPartition(topic, partition));
        }
        catch (KafkaException)
        {
            await RelearnAsync();
            return null;
        }
        finally
        {
            asking.Release();
        }
    }

    private async Task<long> AskAsync(TopicPartition partition)
    {
        admin ??= new AdminClientBuilder(clients.Watch()).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        var asked = new TopicPartitionOffsetSpec { TopicPartition = partition, OffsetSpec = OffsetSpec.Latest() };
        var uncommitted = new ListOffsetsOptions { IsolationLevel = IsolationLevel.ReadUncommitted, RequestTimeout = Timeout };
        var end = LogEnds.Believe((await AdminAnswer.Track(admin.ListOffsetsAsync([asked], uncommitted))).ResultInfos[0].TopicPartitionOffsetError);
        return end.Failure is null ? end.Value : throw new KafkaException(new Error(ErrorCode.Local_TimedOut, end.Failure));
    }

    /// <summary>The client goes on asking the leader that it remembers: it has to learn anew who it is.</summary>
    private async Task RelearnAsync()
    {
        try
        {
            await Task.Run(() => admin?.GetMetadata(topic, Timeout));
        }
        catch (KafkaException)
        {
            // The next who asks will see.
        }
    }

    public void Dispose()
    {
        if (admin is not null) AdminAnswer.Free(admin);
        asking.Dispose();
    }
}
