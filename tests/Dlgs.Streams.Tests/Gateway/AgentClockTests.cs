using Dlgs.Streams.Gateway;

namespace Dlgs.Streams.Tests.Gateway;

/// <summary>Times of one agent, in seconds: what a frame says, when it came, and what counts.</summary>
public sealed class AgentClockTests
{
    private const long Today = 1_795_500_000;
    private readonly AgentClock clock = new();

    [Fact]
    public void Sound_time_stays_and_so_does_an_old_one()
    {
        Check(says: Today, came: Today, counts: Today);
        Check(says: Today - 86_400, came: Today + 1, counts: Today - 86_400);
        Check(says: Today + 7, came: Today + 2, counts: Today + 7);
    }

    [Fact]
    public void Frame_without_a_time_has_the_running_one()
    {
        Check(says: 0, came: Today, counts: Today, ReplacedTime.Missing);
        Check(says: Today - 100, came: Today + 1, counts: Today - 100);
        Check(says: 0, came: Today + 4, counts: Today - 97, ReplacedTime.Missing);
    }

    /// <summary>Old frames in a moment: what is replaced among them stays among them.</summary>
    [Fact]
    public void Recording_keeps_its_own_time()
    {
        Check(says: 1_600_000_000, came: Today, counts: 1_600_000_000);
        Check(says: 4_000_000_000, came: Today, counts: 1_600_000_000, ReplacedTime.Ahead);
        Check(says: 1_600_000_060, came: Today, counts: 1_600_000_060);
        Check(says: 12, came: Today, counts: 1_600_000_060, ReplacedTime.Unset);
    }

    [Fact]
    public void Clock_a_year_ahead_never_counts()
    {
        for (var i = 0; i < 3; i++) Check(says: Today + 31_536_000 + i, came: Today + i, counts: Today + i, ReplacedTime.Ahead);
        Check(says: Today + 5, came: Today + 3, counts: Today + 5);
        Check(says: Today + 31_536_010, came: Today + 10, counts: Today + 12, ReplacedTime.Ahead);
    }

    [Fact]
    public void Clock_at_the_edge_of_what_is_allowed_does_not_jump_back()
    {
        Check(says: Today + 5, came: Today, counts: Today + 5);
        Check(says: Today + 7, came: Today + 1, counts: Today + 6, ReplacedTime.Ahead);
        Check(says: Today + 7, came: Today + 2, counts: Today + 7);
        Check(says: Today + 9, came: Today + 1, counts: Today + 6, ReplacedTime.Ahead);
    }

    [Fact]
    public void Clock_that_ran_ahead_for_seconds_does_not_carry_what_follows_beyond_now()
    {
        Check(says: Today + 5, came: Today, counts: Today + 5);
        Check(says: 0, came: Today + 1, counts: Today + 1, ReplacedTime.Missing);
    }

    private void Check(long says, long came, long counts, ReplacedTime why = ReplacedTime.None)
    {
        Assert.Equal(counts, clock.Check(says * 1_000_000, came * 1_000_000, out var replaced) / 1_000_000);
        Assert.Equal(why, replaced);
    }
}
