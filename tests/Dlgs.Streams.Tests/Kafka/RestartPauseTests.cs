using Dlgs.Streams.Kafka;

namespace Dlgs.Streams.Tests.Kafka;

/// <summary>A lane that fails again and again leaves its brokers in peace.</summary>
public sealed class RestartPauseTests
{
    private readonly RestartPause pause = new();

    [Fact]
    public void Each_failure_doubles_the_pause_up_to_a_minute() => Assert.Equal([2, 4, 8, 16, 32, 60, 60], Pauses(7));

    [Fact]
    public void Lane_that_ran_for_a_minute_is_tried_again_as_at_first()
    {
        Pauses(4);
        Assert.Equal(RestartPause.Shortest, pause.After(RestartPause.RanWell));
        Assert.Equal([4, 8], Pauses(2));
    }

    private double[] Pauses(int failures) => [.. Enumerable.Range(0, failures).Select(_ => pause.After(TimeSpan.FromSeconds(1)).TotalSeconds)];
}
