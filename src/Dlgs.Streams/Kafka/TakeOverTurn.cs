using Dlgs.Streams.Memory;

namespace Dlgs.Streams.Kafka;

/// <summary>
/// When new partitions may be taken over, of all lanes together. While memory is short one is, and then another after a pause. For ever none would be
/// an outage: nobody else has a partition that is given to this instance, and its calls would neither end nor count. Those that are active go on.
/// </summary>
internal sealed class TakeOverTurn(MemoryLimit memory, TimeProvider time)
{
    /// <summary>Garbage is found within, and a store that was read has shown what it takes.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly Lock taking = new();
    private long? lastTaken;

    /// <summary>Whether one more may be; it counts as taken then.</summary>
    public bool TryTake()
    {
        lock (taking)
        {
            var hasWaited = memory.ShortFor >= Pause && (lastTaken is not { } last || time.GetElapsedTime(last) >= Pause);
            if (memory.IsShort && !hasWaited) return false;
            lastTaken = time.GetTimestamp();
            return true;
        }
    }
}
