using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Dlgs.Streams.Core.Dialogs;

namespace Dlgs.Streams.Kafka;

/// <summary>Partitions coming and going: notes in the assigned handler, restore, activate; commit and tear down inside the revoked one.</summary>
internal sealed partial class Lane
{
    private static readonly TimeSpan RestoreBudget = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan AdminTimeout = TimeSpan.FromSeconds(10);
    /// <summary>Inside a rebalance the others wait for us.</summary>
    private static readonly TimeSpan RevokeTimeout = TimeSpan.FromSeconds(3);

    /// <summary>Assigned, and not begun to restore.</summary>
    private readonly List<int> assigned = [];
    private readonly Dictionary<int, PartitionRestore> restoring = [];

    private IConsumer<LaneRecord, LaneRecord> OpenInput() =>
        new ConsumerBuilder<LaneRecord, LaneRecord>(context.Clients.InputConsumer(number))
            .SetKeyDeserializer(key)
            .SetValueDeserializer(value)
            .SetPartitionsAssignedHandler((_, added) =>
            {
                assigned.AddRange(added.Select(p => p.Partition.Value));
                // Where it really begins, the restore will say; a group without offsets is no error here.
                return added.Select(p => new TopicPartitionOffset(p, Offset.Beginning));
            })
            .SetPartitionsRevokedHandler((_, revoked) => Revoke(revoked, lost: false))
            .SetPartitionsLostHandler((_, lost) => Revoke(lost, lost: true))
            .SetLogHandler(LogClient)
            .SetErrorHandler((_, error) => ClientFailed(error))
            .Build();

    private void ClientFailed(Error error)
    {
        if (error.Code == ErrorCode.Local_AllBrokersDown) context.Registry.OutOfTouch = true;
        LogClientError(logger, number, error.Reason);
    }

    /// <summary>A handler that throws makes the client drop every partition: everything is caught here.</summary>
    private void Revoke(List<TopicPartitionOffset> revoked, bool lost)
    {
        try
        {
            if (lost) LogLost(logger, number, string.Join(',', revoked.Select(p => p.Partition.Value)));
            // What was lost may be another's by now: nothing of it may be committed.
            else Commit(RevokeTimeout, rewind: false);
        }
        catch (Exception e) when (e is KafkaException or InvalidOperationException)
        {
            LogRevokeFailed(logger, number, e.Message);
        }
        foreach (var partition in revoked) Drop(partition.Partition.Value);
        if (lost) context.Registry.OutOfTouch = true;
    }

    private void Drop(int number)
    {
        assigned.RemoveAll(p => p == number);
        StopRestore(number);
        if (!partitions.Remove(number, out var partition)) return;
        partition.View.Phase = PartitionPhase.Draining;
        context.Registry.Remove(partition.View);
    }

    private void StopRestore(int number)
    {
        if (restoring.Remove(number, out var restore)) changelog.IncrementalUnassign([restore.Changelog]);
    }

    /// <summary>Pauses what is new and begins to read its store, while the others run on.</summary>
    private void BeginRestores()
    {
        EnsureOutput();
        foreach (var number in assigned.Distinct().ToArray())
        {
            assigned.RemoveAll(p => p == number);
            input.Pause([Input(number)]);
            if (!partitions.TryGetValue(number, out var partition))
            {
                partition = new LanePartition(number, context.Lifetimes);
                partitions.Add(number, partition);
                context.Registry.Add(partition.View);
            }
            if (number >= context.Registry.PartitionCount) Close(partition, $"calls are hashed over {context.Registry.PartitionCount} partitions, it is ignored");
            else BeginRestore(partition);
        }
    }

    private void BeginRestore(LanePartition partition)
    {
        StopRestore(partition.Partition);
        var topic = new TopicPartition(context.Topics.DialogStore, partition.Partition);
        var (begin, end) = (ListOffset(topic, OffsetSpec.Earliest()), ListOffset(topic, OffsetSpec.Latest()));
        partition.Restore = new PartitionRestore(partition.Store, topic, begin, end) { ProgressAt = time.GetTimestamp() };
        restoring[partition.Partition] = partition.Restore;
        changelog.IncrementalAssign([new TopicPartitionOffset(topic, begin)]);
        LogRestoring(logger, context.Topics.DialogStore, partition.Partition, begin, end);
    }

    /// <summary>With read_uncommitted: the log's end, not the last stable offset.</summary>
    private long ListOffset(TopicPartition partition, OffsetSpec spec)
    {
        using var admin = new DependentAdminClientBuilder(changelog.Handle).Build();
        var listed = admin.ListOffsetsAsync([new TopicPartitionOffsetSpec { TopicPartition = partition, OffsetSpec = spec }], new ListOffsetsOptions { IsolationLevel = IsolationLevel.ReadUncommitted, RequestTimeout = AdminTimeout });
        return listed.GetAwaiter().GetResult().ResultInfos[0].TopicPartitionOffsetError.Offset.Value;
    }

    private void Restore(TimeSpan budget)
    {
        var start = time.GetTimestamp();
        while (restoring.Count > 0 && time.GetElapsedTime(start) < budget)
        {
            var record = changelog.Consume(TimeSpan.FromMilliseconds(5));
            if (record is not null && restoring.TryGetValue(record.Partition.Value, out var restore)) Take(restore, record);
            if (record is null || record.Offset.Value + 1 >= restoring.GetValueOrDefault(record.Partition.Value)?.Target) ActivateRestored();
        }
        foreach (var restore in restoring.Values) WatchStall(restore);
    }

    private void Take(PartitionRestore restore, ConsumeResult<byte[], byte[]> record)
    {
        try
        {
            restore.Take(record.Message.Key, record.Message.Value);
            restore.ProgressAt = time.GetTimestamp();
        }
        catch (Exception e) when (e is RefusalException or InvalidDataException or Google.Protobuf.InvalidProtocolBufferException)
        {
            Close(partitions[record.Partition.Value], $"its store cannot be read at {record.TopicPartitionOffset}: {e.Message}");
        }
    }

    private void ActivateRestored()
    {
        foreach (var (number, restore) in restoring.ToArray())
        {
            if (restore.MoveTo(changelog.Position(restore.Changelog))) restore.ProgressAt = time.GetTimestamp();
            if (!restore.IsDone) continue;
            StopRestore(number);
            Activate(partitions[number], restore);
        }
    }

    private void Activate(LanePartition partition, PartitionRestore restore)
    {
        var topic = Input(partition.Partition);
        var ends = input.QueryWatermarkOffsets(topic, AdminTimeout);
        if (restore.Resume is null && !context.Clients.IsEmbedded && input.Committed([topic], AdminTimeout)[0].Offset is { IsSpecial: false } committed)
        {
            Close(partition, $"the group has committed offset {committed.Value}, but {restore.Changelog} has no record of the partition: someone deleted the store. Restore it, or reset the group's offsets to begin with empty stores");
            return;
        }
        var next = restore.Resume?.NextOffset ?? ends.Low.Value;
        if (next < ends.Low.Value || next > ends.High.Value)
        {
            CloseAtGap(partition, next, ends);
            return;
        }
        if (restore.Resume is { } resume)
        {
            if (resume.PartitionCount != context.Registry.PartitionCount)
            {
                Close(partition, $"its store was begun with {resume.PartitionCount} partitions, {context.Topics.DialogStore} has {context.Registry.PartitionCount}");
                return;
            }
            partition.Store.RestoreLogTime(new LogTime(resume.LogTimeUs));
        }
        input.Seek(new TopicPartitionOffset(topic, next));
        input.Resume([topic]);
        partition.Activate(next, (restore.Resume?.Generation ?? 0) + 1, time.GetTimestamp());
        LogActive(logger, context.Topics.SipEvents, partition.Partition, next, partition.Store.CallCount);
    }

    private TopicPartition Input(int partition) => new(context.Topics.SipEvents, partition);

    private void CloseAtGap(int number, string reason)
    {
        if (!partitions.TryGetValue(number, out var partition)) return;
        Close(partition, $"offset {partition.NextOffset} is out of range ({reason}): records between it and the log's beginning are gone, and what they said of calls is lost. Decide: set the group's and the store's position anew, or begin under another topic_prefix");
    }

    private void CloseAtGap(LanePartition partition, long next, WatermarkOffsets ends) =>
        Close(partition, next < ends.Low.Value
            ? $"it has to go on at offset {next}, but the log begins at {ends.Low.Value}: {ends.Low.Value - next} records are gone that were never read. Raise the topic's retention; to go on without them, begin anew under another topic_prefix"
            : $"it has to go on at offset {next}, but the log ends at {ends.High.Value}: the topic was truncated or made anew. Begin anew under another topic_prefix");

    /// <summary>Stops one partition until the operator decides; the others go on.</summary>
    private void Close(LanePartition partition, string why)
    {
        StopRestore(partition.Partition);
        input.Pause([Input(partition.Partition)]);
        partition.Forget();
        partition.View.Phase = PartitionPhase.Closed;
        LogClosed(logger, context.Topics.SipEvents, partition.Partition, why);
    }

    private void WatchStall(PartitionRestore restore)
    {
        if (time.GetElapsedTime(restore.ProgressAt) < TimeSpan.FromSeconds(context.Settings.RestoreStall)) return;
        restore.ProgressAt = time.GetTimestamp();
        var end = ListOffset(restore.Changelog, OffsetSpec.Latest());
        LogStalled(logger, restore.Changelog.Topic, restore.Changelog.Partition.Value, restore.Position, restore.Target,
            end < restore.Target ? $"the log ends at {end}: it was truncated" : "a transaction is open below it (a hanging one: kafka-transactions.sh find-hanging)");
    }
}
