using Dlgs.Streams.Core.Dialogs;

namespace Dlgs.Streams.Gateway;

/// <summary>Why a frame's time was replaced.</summary>
internal enum ReplacedTime
{
    None = 0,
    /// <summary>The frame has none.</summary>
    Missing,
    /// <summary>It is of before the year 2000: of a clock that was not set.</summary>
    Unset,
    /// <summary>It is ahead of ours.</summary>
    Ahead,
}

/// <summary>
/// The clock of one capture agent. What cannot be is replaced by the agent's running time: its latest sound time, and what has passed here since the
/// frame that had it came. So the frames of a recording, which are old, stay among theirs, and so do those of an agent whose clock is behind. An old time
/// is not suspect, and moves nothing. Any thread.
/// </summary>
internal sealed class AgentClock
{
    private static readonly long ToleranceMicros = (long)SipTime.ClockTolerance.TotalMicroseconds;

    private readonly Lock moving = new();
    /// <summary>0: none of its times was sound so far.</summary>
    private long latest;
    private long cameAt;

    /// <summary>The time that counts, in microseconds since 1970.</summary>
    /// <param name="micros">As the frame has it; 0: it has none.</param>
    /// <param name="now">Ours.</param>
    /// <param name="why">Why it is another.</param>
    public long Check(long micros, long now, out ReplacedTime why)
    {
        why = micros == 0 ? ReplacedTime.Missing
            : micros < SipTime.Year2000.Micros ? ReplacedTime.Unset
            : micros > now + ToleranceMicros ? ReplacedTime.Ahead
            : ReplacedTime.None;
        // Among the times of an agent that is about as far ahead as it may be, ours would be seconds back.
        var ahead = why == ReplacedTime.Ahead ? ToleranceMicros : 0;
        lock (moving)
        {
            if (why != ReplacedTime.None) return latest == 0 ? now : Math.Min(now + ahead, latest + Math.Max(0, now - cameAt));
            if (micros >= latest) (latest, cameAt) = (micros, now);
            return micros;
        }
    }
}
