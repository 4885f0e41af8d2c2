using System.Text;
using Confluent.Kafka;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Kafka;

namespace Dlgs.Streams.SystemTests;

/// <summary>The output topics as their readers see them: read_committed, all partitions.</summary>
internal static class OutputTopics
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    /// <summary>The changes from the beginning, once so many partitions' input was processed and the condition holds.</summary>
    public static async Task<List<DialogChange>> ReadChangesAsync(string servers, string prefix, Func<List<DialogChange>, bool> isEnough)
    {
        using var reader = new ChangeReader(new() { ["bootstrap.servers"] = servers }, new Topics(prefix).DialogChanges, fromBeginning: true);
        var changes = new List<DialogChange>();
        var start = TimeProvider.System.GetTimestamp();
        while (!isEnough(changes))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < Patience, $"{changes.Count} changes came, and not enough.");
            for (var change = reader.Next(TimeSpan.FromMilliseconds(100)); change is not null; change = reader.Next(TimeSpan.FromMilliseconds(100))) changes.Add(change);
            await Task.Yield();
        }
        return changes;
    }

    public static List<ConsumeResult<byte[], byte[]>> ReadAll(string servers, string topic, Func<List<ConsumeResult<byte[], byte[]>>, bool> isEnough)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig { BootstrapServers = servers, GroupId = "system-tests", IsolationLevel = IsolationLevel.ReadCommitted, EnableAutoCommit = false, AutoOffsetReset = AutoOffsetReset.Earliest }).Build();
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        consumer.Assign(admin.GetMetadata(topic, TimeSpan.FromSeconds(10)).Topics[0].Partitions.Select(p => new TopicPartitionOffset(topic, p.PartitionId, Offset.Beginning)));
        var records = new List<ConsumeResult<byte[], byte[]>>();
        var start = TimeProvider.System.GetTimestamp();
        while (!isEnough(records))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < Patience, $"{records.Count} records came from {topic}, and not enough.");
            if (consumer.Consume(TimeSpan.FromMilliseconds(100)) is { } record) records.Add(record);
        }
        consumer.Close();
        return records;
    }

    public static string Header(this ConsumeResult<byte[], byte[]> record, string name) => Encoding.UTF8.GetString(record.Message.Headers.GetLastBytes(name));
}
