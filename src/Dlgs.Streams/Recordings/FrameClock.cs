using Dlgs.Streams.Core.Dialogs;

namespace Dlgs.Streams.Recordings;

/// <summary>Why a frame's time was replaced.</summary>
internal enum FrameTime
{
    Sound = 0,
    /// <summary>The frame has none, or one before the year 2000 where others have later ones: a clock that was not set.</summary>
    NoTime,
    /// <summary>Over an hour ahead of the frames around it.</summary>
    TimeAhead,
}

/// <summary>
/// The clock of a recording. Its running time is the latest sound time so far; an old time is not suspect, it only moves nothing. One frame of a wrong
/// clock that is ahead would end every open call, though, so a time over an hour ahead of the running one is asked what follows:
/// it is sound, a real gap, unless a frame that follows is back within an hour of the running time. Where too few follow to tell, a gap of up
/// to a day is a real one, and a longer one needs three frames that are there too. The first frame has no running time: it is ahead if most
/// frames that follow are over an hour before it. What is not sound gets the time of the next frame within an hour of the running one, or,
/// where none is, the running one: a message causes those that follow, and a time too early would win over sound copies of it.
/// </summary>
internal sealed class FrameClock(FramesAhead ahead)
{
    private const long Hour = 3_600_000_000;
    private const long Day = 24 * Hour;
    private const int Witnesses = 3;

    private long? running;

    /// <summary>The time that counts, of the frame that was read last; the clock goes on to it.</summary>
    public long Check(long micros, out FrameTime verdict)
    {
        verdict = running is { } now ? Judge(micros, now) : JudgeFirst(micros);
        if (verdict != FrameTime.Sound) micros = Replacement(micros);
        // Where nobody knows a time there is none to run on.
        if (micros != 0) running = Math.Max(running ?? micros, micros);
        return micros;
    }

    private long Replacement(long micros)
    {
        var sound = ahead.Times().Where(IsTime);
        return running is { } now ? Math.Max(now, sound.FirstOrDefault(time => Math.Abs(time - now) <= Hour)) : sound.DefaultIfEmpty(micros).Min();
    }

    private FrameTime Judge(long micros, long now)
    {
        if (!IsTime(micros) && (IsTime(now) || micros == 0)) return FrameTime.NoTime;
        if (micros <= now + Hour) return FrameTime.Sound;
        var witnesses = 0;
        foreach (var time in ahead.Times())
        {
            if (Math.Abs(time - now) <= Hour) return FrameTime.TimeAhead;
            if (time >= micros - Hour) witnesses++;
        }
        return micros <= now + Day || witnesses >= Witnesses ? FrameTime.Sound : FrameTime.TimeAhead;
    }

    private FrameTime JudgeFirst(long micros)
    {
        if (!IsTime(micros)) return micros == 0 || ahead.Times().Any(IsTime) ? FrameTime.NoTime : FrameTime.Sound;
        var (before, with) = (0, 0);
        foreach (var time in ahead.Times().Where(IsTime))
        {
            if (time < micros - Hour) before++;
            else with++;
            // Nobody has to wait for more frames than decide it.
            if (Math.Max(before, with) > FramesAhead.MaxTimes / 2) break;
        }
        return before > with ? FrameTime.TimeAhead : FrameTime.Sound;
    }

    private static bool IsTime(long micros) => micros >= SipTime.Year2000.Micros;
}
