using Dlgs.Streams.Core.Dialogs;

namespace Dlgs.Streams.Folding;

/// <summary>The smallest lag of the last 5 to 10 minutes of the log: that a clock was wrong is forgotten when it is right again. Any thread.</summary>
internal sealed class RecentLag
{
    private static readonly long SpanMicros = (long)TimeSpan.FromMinutes(5).TotalMicroseconds;

    private readonly Lock moving = new();
    private long span;
    private long smallest = long.MaxValue;
    private long smallestBefore = long.MaxValue;

    public void Note(long lag, LogTime log)
    {
        if (log.Micros / SpanMicros > Volatile.Read(ref span)) MoveTo(log.Micros / SpanMicros);
        for (var before = Volatile.Read(ref smallest); lag < before;)
        {
            var now = Interlocked.CompareExchange(ref smallest, lag, before);
            if (now == before) return;
            before = now;
        }
    }

    /// <summary>In microseconds; null: nothing came lately.</summary>
    public long? Smallest(LogTime now)
    {
        var passed = now.Micros / SpanMicros - Volatile.Read(ref span);
        var least = passed switch
        {
            <= 0 => Math.Min(Volatile.Read(ref smallest), Volatile.Read(ref smallestBefore)),
            1 => Volatile.Read(ref smallest),
            _ => long.MaxValue,
        };
        return least == long.MaxValue ? null : least;
    }

    private void MoveTo(long next)
    {
        lock (moving)
        {
            if (next <= span) return;
            Volatile.Write(ref smallestBefore, next == span + 1 ? smallest : long.MaxValue);
            Volatile.Write(ref smallest, long.MaxValue);
            Volatile.Write(ref span, next);
        }
    }
}
