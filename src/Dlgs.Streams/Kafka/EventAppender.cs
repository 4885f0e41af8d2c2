using System.Text;
using Confluent.Kafka;
using Dlgs.Streams.Client;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Partitions;

namespace Dlgs.Streams.Kafka;

/// <summary>Appends events to the input as a proxy does, each where its Call-ID belongs, and waits until the brokers have them.</summary>
internal sealed class EventAppender(InputProducer input, PartitionRegistry registry, TimeProvider time)
{
    /// <summary>Longer than an election takes as a rule; whoever waits has ten seconds as a rule.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Where an answer has to be to have it: before this position. Throws <see cref="AppendFailure"/>.</summary>
    public async Task<Position> AppendAsync(SipEvent sipEvent, CancellationToken cancellation)
    {
        var callId = Encoding.UTF8.GetBytes(sipEvent.CallId);
        var partition = CallIdPartitioner.PartitionOf(callId, registry.PartitionCount);
        var appended = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        input.Append(partition, callId, sipEvent, (error, offset) =>
        {
            if (error.IsError) appended.SetException(Failure(error, partition));
            else appended.SetResult(offset.Value);
        });
        try
        {
            return new Position { Partition = partition, Offset = await appended.Task.WaitAsync(Patience, time, cancellation) + 1 };
        }
        catch (TimeoutException)
        {
            throw new AppendFailure($"The brokers have not said within {Patience.TotalSeconds} s whether {input.Topic} [{partition}] has it: it may come yet.");
        }
    }

    private AppendFailure Failure(Error error, int partition) => error.Code == ErrorCode.Local_QueueFull
        ? new AppendFailure($"Too much waits to be sent to {input.Topic} already (kafka:queue.buffering.max.messages).") { IsOverload = true }
        : new AppendFailure($"{input.Topic} [{partition}] does not take it: {error.Reason}.");
}
