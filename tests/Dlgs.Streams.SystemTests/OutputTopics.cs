using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Kafka;

namespace Dlgs.Streams.SystemTests;

/// <summary>The topics as their readers see them: read_committed, all partitions, from the beginning.</summary>
internal static class OutputTopics
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan AdminTimeout = TimeSpan.FromSeconds(10);

    /// <summary>The changes from the beginning, once the condition holds of them; if it never does, the failure has what the services said.</summary>
    public static async Task<List<DialogChange>> ReadChangesAsync(
        string servers, string prefix, Func<List<DialogChange>, bool> isEnough, params DlgsProcess[] services)
    {
        using var reader = new ChangeReader(new() { ["bootstrap.servers"] = servers }, new Topics(prefix).DialogChanges, fromBeginning: true);
        var changes = new List<DialogChange>();
        var start = TimeProvider.System.GetTimestamp();
        var asked = -1;
        while (true)
        {
            // The condition may look at thousands of calls: it is asked once of what there is.
            if (asked != changes.Count && isEnough(changes)) return changes;
            asked = changes.Count;
            Assert.True(TimeProvider.System.GetElapsedTime(start) < Patience,
                $"{changes.Count} changes came, and not enough.{string.Concat(services.Select(service => $"\n\n{service.Output}"))}");
            for (var change = reader.Next(Step); change is not null; change = reader.Next(Step)) changes.Add(change);
            await Task.Yield();
        }
    }

    /// <summary>All records of a topic, once the condition holds of them.</summary>
    public static List<ConsumeResult<byte[], byte[]>> ReadAll(string servers, string topic, Func<List<ConsumeResult<byte[], byte[]>>, bool> isEnough) =>
        Read(servers, topic, (_, records) => isEnough(records));

    /// <summary>
    /// All records of a topic that nobody writes to any more, up to the end as read_uncommitted has it: what a transaction hides whose markers
    /// are still being written is waited for.
    /// </summary>
    public static List<ConsumeResult<byte[], byte[]>> ReadToEnd(string servers, string topic)
    {
        Dictionary<TopicPartition, long>? ends = null;
        return Read(servers, topic, (consumer, _) =>
        {
            ends ??= EndsOf(consumer);
            return ends.All(end => end.Value == 0 || consumer.Position(end.Key) is { IsSpecial: false } position && position.Value >= end.Value);
        });
    }

    /// <summary>Where the first partition ends.</summary>
    public static long EndOf(string servers, string topic)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = servers }).Build();
        return EndsOf(admin, [new TopicPartition(topic, 0)], IsolationLevel.ReadUncommitted).Single().Value;
    }

    /// <summary>Whether some partition's last stable offset is below its end.</summary>
    public static bool HasOpenTransaction(string servers, string topic)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = servers }).Build();
        var partitions = admin.GetMetadata(topic, AdminTimeout).Topics[0].Partitions.Select(p => new TopicPartition(topic, p.PartitionId)).ToArray();
        var stable = EndsOf(admin, partitions, IsolationLevel.ReadCommitted);
        return EndsOf(admin, partitions, IsolationLevel.ReadUncommitted).Any(end => stable[end.Key] < end.Value);
    }

    public static string Header(this ConsumeResult<byte[], byte[]> record, string name) => Encoding.UTF8.GetString(record.Message.Headers.GetLastBytes(name));

    private static List<ConsumeResult<byte[], byte[]>> Read(
        string servers, string topic, Func<IConsumer<byte[], byte[]>, List<ConsumeResult<byte[], byte[]>>, bool> isEnough)
    {
        var config = new ConsumerConfig
        {
            BootstrapServers = servers,
            GroupId = "system-tests",
            IsolationLevel = IsolationLevel.ReadCommitted,
            EnableAutoCommit = false,
            AutoOffsetReset = AutoOffsetReset.Earliest,
        };
        using var consumer = new ConsumerBuilder<byte[], byte[]>(config).Build();
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        consumer.Assign(admin.GetMetadata(topic, AdminTimeout).Topics[0].Partitions
            .Select(p => new TopicPartitionOffset(topic, p.PartitionId, Offset.Beginning)));
        var records = new List<ConsumeResult<byte[], byte[]>>();
        var start = TimeProvider.System.GetTimestamp();
        while (!isEnough(consumer, records))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < Patience, $"{records.Count} records came from {topic}, and not enough.");
            for (var record = consumer.Consume(Step); record is not null; record = consumer.Consume(TimeSpan.Zero)) records.Add(record);
        }
        consumer.Close();
        return records;
    }

    private static Dictionary<TopicPartition, long> EndsOf(IConsumer<byte[], byte[]> consumer)
    {
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        return EndsOf(admin, consumer.Assignment, IsolationLevel.ReadUncommitted);
    }

    private static Dictionary<TopicPartition, long> EndsOf(IAdminClient admin, IEnumerable<TopicPartition> partitions, IsolationLevel isolation)
    {
        var listed = admin.ListOffsetsAsync(
            partitions.Select(p => new TopicPartitionOffsetSpec { TopicPartition = p, OffsetSpec = OffsetSpec.Latest() }),
            new ListOffsetsOptions { IsolationLevel = isolation, RequestTimeout = AdminTimeout });
        return listed.GetAwaiter().GetResult().ResultInfos
            .ToDictionary(r => r.TopicPartitionOffsetError.TopicPartition, r => r.TopicPartitionOffsetError.Offset.Value);
    }
}
