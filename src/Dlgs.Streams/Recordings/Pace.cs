namespace Dlgs.Streams.Recordings;

/// <summary>Says how long to wait so that a recording passes at a multiple of its own speed.</summary>
internal sealed class Pace(double speed, TimeProvider time)
{
    private readonly long start = time.GetTimestamp();
    private long? first;

    /// <summary>How long to wait for a frame of this time (microseconds); null: not at all.</summary>
    public TimeSpan? WaitFor(long timeMicros)
    {
        first ??= timeMicros;
        if (double.IsPositiveInfinity(speed)) return null;
        var due = TimeSpan.FromMicroseconds((timeMicros - first.Value) / speed);
        var wait = due - time.GetElapsedTime(start);
        return wait > TimeSpan.FromMilliseconds(1) ? wait : null;
    }
}
