namespace Dlgs.Streams.Kafka;

/// <summary>How long a lane that failed waits until it is tried again: longer each time, and as at first once it has run well for a while.</summary>
internal sealed class RestartPause
{
    public static readonly TimeSpan Shortest = TimeSpan.FromSeconds(2);
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);
    public static readonly TimeSpan RanWell = TimeSpan.FromMinutes(1);

    private int failuresInARow;

    public TimeSpan After(TimeSpan ran)
    {
        failuresInARow = ran < RanWell ? failuresInARow + 1 : 1;
        return GrowingPause.After(failuresInARow, Shortest, Longest);
    }
}
