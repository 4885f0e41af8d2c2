using Confluent.Kafka;

namespace Dlgs.Streams.Kafka;

/// <summary>The committed records of a topic, of all its partitions, as anybody reads them.</summary>
internal sealed class CommittedRecords : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    /// <summary>Where no connection can be made it is told after this; whom one was made to may take longer.</summary>
    private static readonly TimeSpan FirstTimeout = TimeSpan.FromSeconds(5);

    private readonly string group;
    private readonly IConsumer<byte[]?, byte[]?> consumer;
    private readonly HashSet<int> unfinished;
    private bool isNobodyThere;

    /// <summary>Nothing is committed for the group, but brokers that look at rights look at it.</summary>
    /// <exception cref="InvalidOperationException">The brokers refuse, or the topic does not exist.</exception>
    public CommittedRecords(Dictionary<string, string> client, string group, string topic, bool fromBeginning)
    {
        this.group = group;
        consumer = new ConsumerBuilder<byte[]?, byte[]?>(new ConsumerConfig(client)
        {
            GroupId = group,
            IsolationLevel = IsolationLevel.ReadCommitted,
            EnableAutoCommit = false,
            EnablePartitionEof = true,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            FetchWaitMaxMs = 100,
        }).BuildSilent(Hear);
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        // Not of the one topic: asking for it could make it.
        var metadata = Asking(() => AskTopics(admin, client["bootstrap.servers"])).Find(t => t.Topic == topic)
            ?? throw new InvalidOperationException($"Topic {topic} does not exist: 'dlgs serve' makes it when it starts.");
        unfinished = [.. metadata.Partitions.Select(p => p.PartitionId)];
        consumer.Assign(unfinished.Select(p => new TopicPartitionOffset(topic, p, fromBeginning ? Offset.Beginning : Offset.End)));
    }

    /// <summary>What the client complained of last.</summary>
    public string? LastError { get; private set; }

    /// <summary>The end of every partition has been seen: what came behind it since may be there, too.</summary>
    public bool WasAtEnd => unfinished.Count == 0;

    /// <summary>The next record; null: none in time.</summary>
    /// <exception cref="InvalidOperationException">The brokers refuse.</exception>
    public ConsumeResult<byte[]?, byte[]?>? Next(TimeSpan timeout)
    {
        var record = Asking(() => consumer.Consume(timeout));
        if (record is not { IsPartitionEOF: true }) return record;
        unfinished.Remove(record.Partition.Value);
        return null;
    }

    private void Hear(Error error)
    {
        // That all are down is said after why each of them is.
        if (error.Code == ErrorCode.Local_AllBrokersDown) isNobodyThere = true;
        else LastError = error.Reason;
    }

    private List<TopicMetadata> AskTopics(IAdminClient admin, string servers)
    {
        try
        {
            return admin.GetMetadata(FirstTimeout).Topics;
        }
        catch (KafkaException e) when (e.Error.Code is ErrorCode.Local_Transport or ErrorCode.Local_TimedOut)
        {
            // The client says what it has heard when it is asked for records.
            consumer.Consume(TimeSpan.FromMilliseconds(100));
            if (isNobodyThere) throw new InvalidOperationException($"No broker answers at {servers}: {LastError ?? e.Message}", e);
            return admin.GetMetadata(Timeout - FirstTimeout).Topics;
        }
    }

    /// <summary>Kafka's own exceptions stay in this folder.</summary>
    private T Asking<T>(Func<T> ask)
    {
        try
        {
            return ask();
        }
        catch (KafkaException e) when (e.Error.Code == ErrorCode.GroupAuthorizationFailed)
        {
            throw new InvalidOperationException($"The brokers refuse: this user needs the right to READ group {group}", e);
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
