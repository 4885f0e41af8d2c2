namespace Dlgs.Streams.Core.Stores;

/// <summary>
/// When a Call began to count, in an order of all stores' Calls; of several dialogs the youngest. A clock after Lamport ("Time, Clocks, and the Ordering
/// of Events in a Distributed System", 1978), which goes with the log time. It lives with the process: a restored Call has none.
/// </summary>
/// <param name="Micros">At the least those of the log time. Calls of one store never have the same.</param>
/// <param name="Partition">The Call's. Of two of the same time the one of the lower partition is first.</param>
public readonly record struct LamportTime(long Micros, int Partition)
{
    /// <summary>The last time of a partition's Calls that is not after this one.</summary>
    internal long LastOf(int partition) => partition > Partition ? Micros - 1 : Micros;
}

/// <summary>
/// The order in which Calls began to count. Who counts up to a time moves the clock there first: what was not there to be counted
/// begins later. So of two Calls that are counted at once the later one has seen the earlier one. The last that came are kept, to be left out.
/// </summary>
internal sealed class Arrivals
{
    /// <summary>Of a row: its Call was restored, or is back after an abort. It began before all that is counted up to a time.</summary>
    public const long Unknown = long.MinValue;

    /// <summary>So many rows, less one, are kept: those of the second in which a call is set up and counted. It bounds the cost of a count.</summary>
    internal const int Kept = 1 << 11;

    private readonly (long Clock, int Row)[] ring = new (long, int)[Kept];
    private long clock = Unknown;
    private long count;

    /// <summary>Held from the time that a Call takes until it counts.</summary>
    public Lock Turn { get; } = new();

    /// <summary>How many rows came since the beginning; the number of the next one.</summary>
    public long Count => Volatile.Read(ref count);

    /// <summary>The same, when the Call that is beginning to count does. Any thread.</summary>
    public long CountOfWhole()
    {
        lock (Turn) return count;
    }

    /// <summary>The next time, at the log time or after it. For the writer, in its <see cref="Turn"/>.</summary>
    public long Next(long logTime) => clock = Math.Max(clock + 1, logTime);

    /// <summary>Whatever does not count yet begins after this. Any thread.</summary>
    public void Observe(long time)
    {
        lock (Turn)
            if (clock < time) clock = time;
    }

    /// <summary>A row counts from now on. For the writer.</summary>
    public void Add(int row)
    {
        ring[count & (Kept - 1)] = (clock, row);
        Volatile.Write(ref count, count + 1);
    }

    /// <summary>Whether all that came after a time are kept. Any thread.</summary>
    public bool Knows(long after) => Count < Kept || !TryFind(Count - Kept + 1, after, out _);

    /// <summary>A row that came after a time, by its number. False: it came before, or so many came since that it is not kept. Any thread.</summary>
    public bool TryFind(long number, long after, out int row)
    {
        (var at, row) = ring[number & (Kept - 1)];
        Interlocked.MemoryBarrier();
        // The one after the last may be under way, in the place of the first.
        return at > after && Count - number < Kept;
    }
}
