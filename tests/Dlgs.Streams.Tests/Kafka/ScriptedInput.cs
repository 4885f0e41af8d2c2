using Confluent.Kafka;
using Dlgs.Streams.Kafka;

namespace Dlgs.Streams.Tests.Kafka;

using Record = ConsumeResult<LaneRecord, LaneRecord>;

/// <summary>A lane's consumer as it is, but for what the script does inside Consume, where a client calls its rebalance handlers.</summary>
internal sealed class ScriptedInput(IConsumer<LaneRecord, LaneRecord> real, ScriptedClients script, LaneEvents events) : IConsumer<LaneRecord, LaneRecord>
{
    public Handle Handle => real.Handle;

    public string Name => real.Name;

    public string MemberId => script.MemberId ?? real.MemberId;

    public List<TopicPartition> Assignment => real.Assignment;

    public List<string> Subscription => real.Subscription;

    public IConsumerGroupMetadata ConsumerGroupMetadata => real.ConsumerGroupMetadata;

    public Record Consume(TimeSpan timeout)
    {
        script.RunSteps(events);
        return real.Consume(timeout);
    }

    public void Subscribe(string topic) => real.Subscribe(topic);

    public void Seek(TopicPartitionOffset tpo) => real.Seek(tpo);

    public void Pause(IEnumerable<TopicPartition> partitions) => real.Pause(partitions);

    public void Resume(IEnumerable<TopicPartition> partitions) => real.Resume(partitions);

    public List<TopicPartitionOffset> Committed(IEnumerable<TopicPartition> partitions, TimeSpan timeout) => real.Committed(partitions, timeout);

    public Offset Position(TopicPartition partition) => real.Position(partition);

    public void Close() => real.Close();

    public void Dispose() => real.Dispose();

    public Record Consume(int millisecondsTimeout) => throw new NotSupportedException();

    public Record Consume(CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public void Subscribe(IEnumerable<string> topics) => throw new NotSupportedException();

    public void Unsubscribe() => throw new NotSupportedException();

    public void Assign(TopicPartition partition) => throw new NotSupportedException();

    public void Assign(TopicPartitionOffset partition) => throw new NotSupportedException();

    public void Assign(IEnumerable<TopicPartitionOffset> partitions) => throw new NotSupportedException();

    public void Assign(IEnumerable<TopicPartition> partitions) => throw new NotSupportedException();

    public void IncrementalAssign(IEnumerable<TopicPartitionOffset> partitions) => throw new NotSupportedException();

    public void IncrementalAssign(IEnumerable<TopicPartition> partitions) => throw new NotSupportedException();

    public void IncrementalUnassign(IEnumerable<TopicPartition> partitions) => throw new NotSupportedException();

    public void Unassign() => throw new NotSupportedException();

    public void StoreOffset(Record result) => throw new NotSupportedException();

    public void StoreOffset(TopicPartitionOffset offset) => throw new NotSupportedException();

    public List<TopicPartitionOffset> Commit() => throw new NotSupportedException();

    public void Commit(IEnumerable<TopicPartitionOffset> offsets) => throw new NotSupportedException();

    public void Commit(Record result) => throw new NotSupportedException();

    public List<TopicPartitionOffset> Committed(TimeSpan timeout) => throw new NotSupportedException();

    public TopicPartitionOffset PositionTopicPartitionOffset(TopicPartition partition) => throw new NotSupportedException();

    public List<TopicPartitionOffset> OffsetsForTimes(IEnumerable<TopicPartitionTimestamp> timestampsToSearch, TimeSpan timeout) =>
        throw new NotSupportedException();

    public WatermarkOffsets GetWatermarkOffsets(TopicPartition topicPartition) => throw new NotSupportedException();

    public WatermarkOffsets QueryWatermarkOffsets(TopicPartition topicPartition, TimeSpan timeout) => throw new NotSupportedException();

    public int AddBrokers(string brokers) => throw new NotSupportedException();

    public void SetSaslCredentials(string username, string password) => throw new NotSupportedException();
}
