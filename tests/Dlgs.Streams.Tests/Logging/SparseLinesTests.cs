using Dlgs.Streams.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Dlgs.Streams.Tests.Logging;

/// <summary>A flood is to be seen in the log, not to be read.</summary>
public sealed class SparseLinesTests
{
    private readonly FakeTimeProvider time = new();
    private readonly SparseLines<string> lines;

    public SparseLinesTests() => lines = new SparseLines<string>(TimeSpan.FromMinutes(1), time);

    [Fact]
    public void Each_kind_is_due_once_a_pause_and_says_how_many_were_not()
    {
        Assert.True(lines.AreDue("a", out var untold));
        Assert.Equal(0, untold);
        for (var i = 0; i < 3; i++) Assert.False(lines.AreDue("a"));
        Assert.True(lines.AreDue("b"));
        time.Advance(TimeSpan.FromSeconds(59));
        Assert.False(lines.AreDue("a"));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(lines.AreDue("a", out untold));
        Assert.Equal(4, untold);
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.True(lines.AreDue("a", out untold));
        Assert.Equal(0, untold);
    }

    [Fact]
    public void What_is_over_is_due_at_once_when_it_comes_again()
    {
        Assert.True(lines.AreDue("a"));
        lines.Forget("a");
        Assert.True(lines.AreDue("a"));
        Assert.False(lines.AreDue("a"));
    }
}
