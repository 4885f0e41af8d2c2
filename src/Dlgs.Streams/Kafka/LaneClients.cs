using Confluent.Kafka;

namespace Dlgs.Streams.Kafka;

/// <summary>What a lane hears from its clients, on its own thread; of partitions inside Consume.</summary>
internal sealed record LaneEvents(
    Func<List<TopicPartition>, IEnumerable<TopicPartitionOffset>> Assigned,
    Action<List<TopicPartitionOffset>> Revoked,
    Action<List<TopicPartitionOffset>> Lost,
    Action<IClient, LogMessage> Said,
    Action<Error> Failed);

/// <summary>
/// Opens the two clients that say whose a partition is and what is committed. A port: what brokers do rarely, and never when a test wants it,
/// is scripted in tests.
/// </summary>
internal interface ILaneClients
{
    IConsumer<LaneRecord, LaneRecord> OpenInput(int lane, LaneRecord key, LaneRecord value, LaneEvents events);

    /// <summary>With reports: on each record, of what became of it.</summary>
    IProducer<byte[], byte[]?> OpenOutput(int lane, LaneEvents events, bool reports);
}

/// <summary>Those of the brokers.</summary>
internal sealed class LaneClients(KafkaClients clients) : ILaneClients
{
    public IConsumer<LaneRecord, LaneRecord> OpenInput(int lane, LaneRecord key, LaneRecord value, LaneEvents events) =>
        new ConsumerBuilder<LaneRecord, LaneRecord>(clients.InputConsumer(lane))
            .SetKeyDeserializer(key)
            .SetValueDeserializer(value)
            .SetPartitionsAssignedHandler((_, added) => events.Assigned(added))
            .SetPartitionsRevokedHandler((_, revoked) => events.Revoked(revoked))
            .SetPartitionsLostHandler((_, lost) => events.Lost(lost))
            .SetLogHandler(events.Said)
            .SetErrorHandler((_, error) => events.Failed(error))
            .Build();

    public IProducer<byte[], byte[]?> OpenOutput(int lane, LaneEvents events, bool reports) =>
        new ProducerBuilder<byte[], byte[]?>(clients.TransactionalProducer(lane, reports))
            .SetLogHandler((client, message) => events.Said(client, message))
            .SetErrorHandler((_, _) => { })
            .Build();
}
