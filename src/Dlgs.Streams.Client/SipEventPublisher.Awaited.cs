using Confluent.Kafka;
using Dlgs.Streams.Contracts.V1;

namespace Dlgs.Streams.Client;

/// <summary>Events that are waited for, because a question about them follows.</summary>
public sealed partial class SipEventPublisher
{
    private static readonly TimeSpan RoomStep = TimeSpan.FromMilliseconds(10);

    /// <summary>
    /// Publishes an event, and waits until the brokers have it, all replicas in sync included. Events that are published at the same time go together,
    /// so many at once take about as long as one.
    /// </summary>
    /// <param name="sipEvent">The event; its fields are those of sip_event.proto. It is copied: the caller may reuse it.</param>
    /// <param name="cancellation">Ends the wait; the event may be published all the same.</param>
    /// <returns>Where it is: a query that demands this position has it in its answer.</returns>
    /// <exception cref="EventNotPublishedException">The brokers have not taken it.</exception>
    /// <exception cref="ArgumentException">The event has no Call-ID.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task<EventPosition> PublishAsync(SipEvent sipEvent, CancellationToken cancellation = default)
    {
        var (to, message) = Address(sipEvent);
        while (true)
        {
            try
            {
                var report = await producer.ProduceAsync(to, message, cancellation);
                Interlocked.Increment(ref delivered);
                return new EventPosition(report.Partition.Value, report.Offset.Value + 1);
            }
            catch (ProduceException<byte[], byte[]> e) when (e.Error.Code == ErrorCode.Local_QueueFull)
            {
                await Task.Delay(RoomStep, cancellation);
            }
            catch (ProduceException<byte[], byte[]> e)
            {
                Fail(e.Error);
                throw new EventNotPublishedException($"{Topic} [{to.Partition.Value}] has not taken the event: {e.Error.Reason}.", e);
            }
        }
    }
}
