namespace Dlgs.Streams.Logging;

/// <summary>
/// Lines that would come in floods: of each kind one, and the next when some time has passed. There are to be few kinds, none of them made of what
/// others send. Thread-safe.
/// </summary>
/// <param name="pause">Between two lines of a kind.</param>
/// <param name="time">The clock.</param>
internal sealed class SparseLines<TKind>(TimeSpan pause, TimeProvider time) where TKind : notnull
{
    private readonly Dictionary<TKind, (long At, long Untold)> told = [];

    public bool AreDue(TKind kind) => AreDue(kind, out _);

    /// <param name="kind">Of the line.</param>
    /// <param name="untold">How many of them were not due since the last that was.</param>
    public bool AreDue(TKind kind, out long untold)
    {
        lock (told)
        {
            var isFirst = !told.TryGetValue(kind, out var last);
            untold = last.Untold;
            if (!isFirst && time.GetElapsedTime(last.At) < pause)
            {
                told[kind] = last with { Untold = untold + 1 };
                return false;
            }
            told[kind] = (time.GetTimestamp(), 0);
            return true;
        }
    }

    /// <summary>It is over: the next is told at once.</summary>
    public void Forget(TKind kind)
    {
        lock (told) told.Remove(kind);
    }
}
