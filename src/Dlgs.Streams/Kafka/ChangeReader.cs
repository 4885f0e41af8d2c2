using Confluent.Kafka;
using Dlgs.Streams.Contracts.V1;

namespace Dlgs.Streams.Kafka;

/// <summary>Follows dialog-changes or calls as billing would: committed records only, of all partitions.</summary>
internal sealed class ChangeReader : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);
    /// <summary>It commits nothing there, but brokers that look at rights look at this one.</summary>
    private const string Group = "dlgs-changes";

    private readonly IConsumer<Ignore, byte[]?> consumer;

    public ChangeReader(Dictionary<string, string> client, string topic, bool fromBeginning)
    {
        consumer = new ConsumerBuilder<Ignore, byte[]?>(new ConsumerConfig(client)
        {
            GroupId = Group,
            IsolationLevel = IsolationLevel.ReadCommitted,
            EnableAutoCommit = false,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            FetchWaitMaxMs = 100,
        }).BuildSilent(error => LastError = error.Reason);
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        // Not of the one topic: asking for it could make it.
        var metadata = Asking(() => admin.GetMetadata(Timeout)).Topics.Find(t => t.Topic == topic)
            ?? throw new InvalidOperationException($"Topic {topic} does not exist: 'dlgs serve' makes it when it starts.");
        consumer.Assign(metadata.Partitions.Select(p => new TopicPartitionOffset(topic, p.PartitionId, fromBeginning ? Offset.Beginning : Offset.End)));
    }

    /// <summary>What the client complained of last.</summary>
    public string? LastError { get; private set; }

    /// <summary>The next change; null: none in time.</summary>
    /// <exception cref="InvalidOperationException">The brokers refuse, or somebody else wrote to the topic.</exception>
    public DialogChange? Next(TimeSpan timeout)
    {
        var record = Asking(() => consumer.Consume(timeout));
        if (record is null) return null;
        return ChangeRecords.Read(record, out var failure)
            ?? throw new InvalidOperationException($"{record.Topic} [{record.Partition.Value}] offset {record.Offset.Value} is no DialogChange: {failure}");
    }

    /// <summary>Kafka's own exceptions stay in this folder.</summary>
    private static T Asking<T>(Func<T> ask)
    {
        try
        {
            return ask();
        }
        catch (KafkaException e) when (e.Error.Code == ErrorCode.GroupAuthorizationFailed)
        {
            throw new InvalidOperationException($"The brokers refuse: this user needs the right to READ group {Group}", e);
        }
        catch (KafkaException e)
        {
            throw new InvalidOperationException($"The brokers do not answer as they should: {e.Message}", e);
        }
    }

    public void Dispose()
    {
        consumer.Close();
        consumer.Dispose();
    }
}
