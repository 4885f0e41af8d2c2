using System.Globalization;
using System.Text;
using CsCheck;
using Dlgs.Streams.Recordings;
using Dlgs.Streams.Sip;
using Dlgs.Streams.Tests.Hep;

namespace Dlgs.Streams.Tests.Recordings;

/// <summary>
/// Times of frames in order, in hours from the recording's beginning ("0 0.1 4"), and behind a colon what is replaced and by what. Of a frame
/// at "-" the agent did not say a time; "2096" and "1970" are those years.
/// </summary>
public sealed class FrameClockTests
{
    private const long Start = 1_795_500_000_000_000;
    private const long Hour = 3_600_000_000;

    [Theory]
    [InlineData("0 0.1 0.9 1.8", "0 0.1 0.9 1.8")]
    [InlineData("0 -0.5 -30 0.1", "0 -0.5 -30 0.1")]
    [InlineData("0 2096 0.1 0.2", "0 0.1! 0.1 0.2")]
    [InlineData("0 0.1 1.2 0.2", "0 0.1 0.2! 0.2")]
    [InlineData("0 2096 2096 2096 2096 2096 0.2", "0 0.2! 0.2! 0.2! 0.2! 0.2! 0.2")]
    [InlineData("0 2 0.1 2.1 0.2", "0 0.1! 0.1 0.2! 0.2")]
    public void Time_far_ahead_that_the_next_frames_do_not_bear_out_is_replaced(string times, string wanted) => Check(times, wanted);

    [Theory]
    [InlineData("0 4 4.1 4.2", "0 4 4.1 4.2")]
    [InlineData("0 4", "0 4")]
    [InlineData("0 0.1 4 5", "0 0.1 4 5")]
    [InlineData("0 4 8 12 16", "0 4 8 12 16")]
    [InlineData("0 4 -3 4.1", "0 4 -3 4.1")]
    [InlineData("0 50 50 50.1 50.1", "0 50 50 50.1 50.1")]
    public void Gap_of_hours_is_kept(string times, string wanted) => Check(times, wanted);

    /// <summary>The first frame, and one after a gap, are judged by those behind them: more than the reader's buffer holds at once.</summary>
    [Fact]
    public void Frame_stays_whole_while_those_behind_it_are_looked_at()
    {
        var body = new string('b', 60_000);
        var frames = Enumerable.Range(0, 12).Select(i => HepFrames.Frame(
            $"OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z{i}\r\nFrom: <sip:a@b>;tag=f\r\n"
                + $"To: <sip:a@b>\r\nCall-ID: c{i}\r\nCSeq: 1 OPTIONS\r\n\r\n{body}", Start + (i < 6 ? i : i + 100_000_000_000)));
        using var recording = new Recording(new MemoryStream([.. frames.SelectMany(frame => frame)]), new FieldLimits());
        var read = new List<string>();
        while (recording.TryRead(out var frame))
            while (recording.TryTake(ref frame, out var message)) read.Add(Encoding.UTF8.GetString(message.CallId));
        Assert.Equal(Enumerable.Range(0, 12).Select(i => $"c{i}"), read);
    }

    [Theory]
    [InlineData("0 2096", "0 0!")]
    [InlineData("0 2096 2096", "0 0! 0!")]
    [InlineData("0 50 50.1", "0 0! 0!")]
    public void Jump_of_more_than_a_day_needs_witnesses(string times, string wanted) => Check(times, wanted);

    [Theory]
    [InlineData("2096 0 0.1", "0! 0 0.1")]
    [InlineData("2096 2096 0 0.1 0.2", "0! 0! 0 0.1 0.2")]
    [InlineData("2 0 0.1", "0! 0 0.1")]
    [InlineData("0 2 2.1 2.2", "0 2 2.1 2.2")]
    [InlineData("2096", "2096")]
    [InlineData("2096 2096", "2096 2096")]
    [InlineData("0 -2", "-2! -2")]
    public void First_frame_is_judged_by_those_that_follow(string times, string wanted) => Check(times, wanted);

    [Theory]
    [InlineData("0 1970 0.1", "0 0.1! 0.1")]
    [InlineData("1970 0 0.1 0.2", "0! 0 0.1 0.2")]
    [InlineData("1970 1970 0 0.1", "0! 0! 0 0.1")]
    [InlineData("- 0 0.1", "0! 0 0.1")]
    [InlineData("0 - 0.1", "0 0.1! 0.1")]
    [InlineData("1970 1970 1970", "1970 1970 1970")]
    [InlineData("1970 1970 -", "1970 1970 1970!")]
    [InlineData("- -", "-! -!")]
    public void Clock_that_was_never_set_is_replaced_where_others_are_right(string times, string wanted) => Check(times, wanted);

    [Theory]
    [InlineData("0 2096", "0 0!")]
    [InlineData("0 2096 2 2.1", "0 0! 2 2.1")]
    [InlineData("0 0.2 2096 0.1 0.3", "0 0.2 0.2! 0.1 0.3")]
    [InlineData("0 1970 1970 0.3", "0 0.3! 0.3! 0.3")]
    public void Replaced_time_is_that_of_the_next_frame_around_the_running_one_and_never_runs_back(string times, string wanted) => Check(times, wanted);

    [Fact]
    public void Other_protocols_neither_move_the_clock_nor_bear_a_jump_out() => Check("0 2096r 2096 2096r 2096r 2096r 0.1", "0 0.1! 0.1");

    [Fact]
    public void Look_ahead_is_bounded()
    {
        // A clock that was wrong for longer than anybody can look is right.
        var jump = string.Join(' ', Enumerable.Repeat("4", FramesAhead.MaxTimes + 1));
        Check($"0 {jump} 0.1", $"0 {jump} 0.1");
        Check($"0 {jump[2..]} 0.1", $"0 {jump[2..].Replace("4", "0.1!", StringComparison.Ordinal)} 0.1");
    }

    [Fact]
    public void Times_run_on_whatever_comes() => Gen.Int[0, 5].Select(Gen.Double[-2, 30]).Array[0, 150].Sample(times =>
    {
        var text = string.Join(' ',
            times.Select(t => t.Item1 switch { 0 => "2096", 1 => "1970", 2 => "-", _ => t.Item2.ToString("0.00", CultureInfo.InvariantCulture) }));
        Assert.Equal(times.Length, Read(text).Count);
    });

    private static void Check(string times, string wanted) => Assert.Equal(wanted, string.Join(' ', Read(times)));

    private static List<string> Read(string times)
    {
        using var recording = new Recording(new MemoryStream([.. times.Split(' ', StringSplitOptions.RemoveEmptyEntries).SelectMany(Frame)]),
            new FieldLimits());
        var (read, mended) = (new List<string>(), 0);
        while (recording.TryRead(out var frame))
        {
            read.Add(Name(frame.TimeMicros) + (recording.Mended.Count > mended ? "!" : ""));
            mended = recording.Mended.Count;
        }
        return read;
    }

    private static byte[] Frame(string time)
    {
        byte[] payload = HepFrames.Chunk(15, Encoding.UTF8.GetBytes("x"));
        if (time == "-") return HepFrames.Frame(payload);
        var micros = Micros(time.TrimEnd('r'));
        return HepFrames.Frame(HepFrames.Chunk(9, (uint)(micros / 1_000_000)), HepFrames.Chunk(10, (uint)(micros % 1_000_000)),
            HepFrames.Chunk(11, [(byte)(time.EndsWith('r') ? 5 : 1)]), payload);
    }

    private static long Micros(string time) => time switch
    {
        "2096" => 4_004_488_820_000_000,
        "1970" => 300_000_000,
        _ => Start + (long)Math.Round(double.Parse(time, CultureInfo.InvariantCulture) * Hour),
    };

    private static string Name(long micros) =>
        micros == 0 ? "-"
            : micros == Micros("2096") ? "2096"
            : micros == Micros("1970") ? "1970"
            : ((micros - Start) / (double)Hour).ToString(CultureInfo.InvariantCulture);
}
