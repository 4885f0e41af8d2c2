using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Logging;
using Dlgs.Streams.Records;

namespace Dlgs.Streams.Kafka;

/// <summary>Records that cannot be used, and those on which the program itself fails: each is put aside, and none stops the lane.</summary>
internal sealed partial class Lane
{
    /// <summary>Poison of any size goes through the lane's memory until the commit.</summary>
    private const int MaxDeadLetterBytes = 32 * 1024 * 1024;

    private const int MaxExceptionChars = 500;

    /// <summary>A fault of the program over this record. Memory that ran out is nobody's fault in particular: the lane starts anew.</summary>
    private static bool IsFault(Exception e) => e is not OutOfMemoryException;

    /// <summary>
    /// Whether the lane goes on behind the record: at its second failure, when it was alone in the transaction. At the first the partition
    /// goes back, and what was merged with it comes again.
    /// </summary>
    private bool RecordFailed(LanePartition partition, Cause cause, RecordTime time, Exception fault)
    {
        var isFirst = IsFirstFailure(partition, cause.Offset, fault);
        if (!TryGoBack(partition, cause.Offset)) return false;
        if (isFirst)
        {
            rewinds.Add(partition);
            return false;
        }
        // Its append time is the log's all the same.
        if (!Advance(partition, cause, time)) return false;
        LogFailed(logger, context.Topics.SipEvents, partition.Partition, cause.Offset, Describe(fault));
        partition.Effects.Add(RecordEffect.Unusable);
        PutAside(partition, cause.Offset, time.TimestampMs, EventFailure.Failed, Describe(fault));
        return true;
    }

    /// <summary>A Call whose time came fails, not the record: to skip the record would not help. At the second failure the partition stops.</summary>
    private void DeadlineFailed(LanePartition partition, long offset, Exception fault)
    {
        var call = Mask.Always.Call(partition.Store.DueCallId);
        if (IsFirstFailure(partition, offset, fault))
        {
            if (TryGoBack(partition, offset)) rewinds.Add(partition);
            return;
        }
        Close(partition, new Closure("fault", $"at offset {offset} a deadline of call {call} failed twice: {Describe(fault)}",
            "It opens with a version in which that is mended; or give the call up, with a tombstone in its store: "
                + $"printf '%s\\tNULL\\n' 'CALL-ID' | kafka-console-producer.sh --bootstrap-server {context.Cluster.BootstrapServers} "
                + $"--topic {context.Topics.DialogStore} --property parse.key=true --property null.marker=NULL"));
    }

    /// <summary>The same offset twice in a row: nothing between can have helped.</summary>
    private bool IsFirstFailure(LanePartition partition, long offset, Exception fault)
    {
        LogFault(logger, fault, context.Topics.SipEvents, partition.Partition, offset);
        if (partition.FailedAt == offset) return false;
        partition.FailedAt = offset;
        return true;
    }

    /// <summary>Back to the last commit: of a store that threw nothing else is certain. The other partitions' work stands.</summary>
    private bool TryGoBack(LanePartition partition, long offset)
    {
        try
        {
            partition.RolledBack();
            return true;
        }
        catch (Exception e) when (IsFault(e))
        {
            LogFault(logger, e, context.Topics.SipEvents, partition.Partition, offset);
            Close(partition, new Closure("fault",
                $"after a failure at offset {offset} its store could not go back to the last commit: {Describe(e)}", "It is read anew"));
            return false;
        }
    }

    private void PutAside(LanePartition partition, long offset, long timestampMs, EventFailure failure, string? exception = null)
    {
        var (letterKey, letterValue) = (key.IsNull ? null : key.Bytes.ToArray(), value.IsNull ? null : value.Bytes.ToArray());
        partition.Put(new DeadLetter(letterKey, letterValue, offset, timestampMs, failure, exception));
        if (exception is null && floods.AreDue(failure.Name())) LogPutAside(logger, context.Topics.SipEvents, partition.Partition, offset, InWords(failure));
    }

    /// <summary>With what to do about it, where the name does not say.</summary>
    private static string InWords(EventFailure failure) => failure == EventFailure.WrongPartition
        ? $"{failure.Name()}: the Call-ID hashes to another partition. Producers have to use the Call-ID as the key, "
            + "and partitioner=murmur2_random (librdkafka's default is another)"
        : failure.Name();

    /// <summary>Masked before it is cut: half a number is one too.</summary>
    private static string Describe(Exception fault)
    {
        var message = Mask.Always.Text(fault.Message);
        return PlainText.Of($"{fault.GetType().Name}: {(message.Length <= MaxExceptionChars ? message : message[..MaxExceptionChars])}");
    }
}
