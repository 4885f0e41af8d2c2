using Confluent.Kafka;

namespace Dlgs.Streams.Kafka;

/// <summary>
/// Calls of a transactional producer, within a deadline that holds: in slices, so that a service that is told to stop does not wait for brokers
/// that are down.
/// </summary>
internal sealed class ProducerCalls(TimeProvider time, CancellationToken stopping)
{
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan ShortestCall = TimeSpan.FromMilliseconds(100);

    /// <summary>What a call may still take once the service is told to stop.</summary>
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(3);

    private long start;
    private long? stopSeenAt;
    private TimeSpan timeout;

    /// <summary>A call that did not come back in time.</summary>
    public Task? Hanging { get; private set; }

    private TimeSpan Left
    {
        get
        {
            var left = timeout - time.GetElapsedTime(start);
            if (!stopping.IsCancellationRequested) return left;
            var untilCut = StopGrace - time.GetElapsedTime(stopSeenAt ??= time.GetTimestamp());
            return untilCut < left ? untilCut : left;
        }
    }

    /// <summary>The deadline of the calls that follow.</summary>
    public void Start(TimeSpan within) => (start, timeout) = (time.GetTimestamp(), within);

    public void Retry(Action<TimeSpan> call, TimeSpan within)
    {
        Start(within);
        Retry(call);
    }

    /// <summary>A retriable error says that the same call goes on where it was; but only for as long as there is time. Returns how long it took.</summary>
    public TimeSpan Retry(Action<TimeSpan> call)
    {
        var began = time.GetTimestamp();
        Repeat(CallSlice, () => Left > TimeSpan.Zero);
        return time.GetElapsedTime(began);

        void CallSlice()
        {
            var slice = Left < Slice ? Left : Slice;
            call(slice > ShortestCall ? slice : ShortestCall);
        }
    }

    /// <summary>
    /// One call on a thread of its own. SendOffsetsToTransaction ignores its time-out while the coordinator is down and not replaced (librdkafka
    /// #5456): at the deadline it is left behind, and its producer with it.
    /// </summary>
    public void RunAside(Action<TimeSpan> call, string whoDoesNotAnswer)
    {
        var limit = timeout;
        var began = time.GetTimestamp();
        // Not in slices, and by a clock of its own: the deadline is watched from here.
        var running = Task.Factory.StartNew(() => Repeat(() => call(limit), () => time.GetElapsedTime(began) < limit),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        while (!running.IsCompleted)
        {
            if (Left <= TimeSpan.Zero)
            {
                Hanging = running;
                throw new KafkaException(new Error(ErrorCode.Local_TimedOut, $"{whoDoesNotAnswer} did not answer in {timeout.TotalSeconds:0.#} s"));
            }
            Task.WaitAny([running], Left < Slice ? Left : Slice);
        }
        running.GetAwaiter().GetResult();
    }

    private static void Repeat(Action call, Func<bool> hasTime)
    {
        while (true)
        {
            try
            {
                call();
                return;
            }
            catch (KafkaRetriableException) when (hasTime())
            {
            }
        }
    }
}
