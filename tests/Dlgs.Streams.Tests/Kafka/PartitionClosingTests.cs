using Dlgs.Streams.Kafka;
using Microsoft.Extensions.Time.Testing;

namespace Dlgs.Streams.Tests.Kafka;

/// <summary>How long a partition stands still, and what proves that it has to.</summary>
public sealed class PartitionClosingTests
{
    private static readonly Closure Some = new("gap", "why", "opens");

    [Fact]
    public void It_is_looked_at_again_after_a_pause_that_grows_and_has_an_end()
    {
        var closing = new PartitionClosing(new FakeTimeProvider());
        Assert.Equal([5, 10, 20, 40, 80, 160, 300, 300], Enumerable.Range(0, 8).Select(_ => (int)closing.Close(Some).TotalSeconds));
    }

    [Fact]
    public void It_is_due_when_the_pause_is_over_and_not_before()
    {
        var time = new FakeTimeProvider();
        var closing = new PartitionClosing(time);
        Assert.False(closing.IsDue);
        closing.Close(Some);
        time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(closing.IsDue);
        time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.True(closing.IsDue);
    }

    [Fact]
    public void What_stopped_it_is_over_once_something_is_committed_behind_it()
    {
        var closing = new PartitionClosing(new FakeTimeProvider());
        closing.Close(Some);
        closing.Close(Some, offset: 7);
        Assert.Null(closing.Pass(7));
        Assert.Same(Some, closing.Pass(8));
        Assert.Null(closing.Closure);
        // And the pauses begin anew.
        Assert.Equal(5, closing.Close(Some).TotalSeconds);
    }

    [Fact]
    public void One_answer_proves_nothing_nor_do_several_that_differ_or_come_at_once()
    {
        var time = new FakeTimeProvider();
        var closing = new PartitionClosing(time);
        for (var i = 0; i < 10; i++) Assert.False(closing.IsProven("gap"));
        time.Advance(TimeSpan.FromSeconds(3));
        Assert.False(closing.IsProven("topics"));
        Assert.False(closing.IsProven("topics"));
        time.Advance(TimeSpan.FromSeconds(3));
        Assert.True(closing.IsProven("topics"));
    }
}
