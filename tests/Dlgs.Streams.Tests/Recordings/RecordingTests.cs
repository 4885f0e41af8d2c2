using System.IO.Compression;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Hep;
using Dlgs.Streams.Recordings;
using Dlgs.Streams.Records;
using Dlgs.Streams.Shared;
using Dlgs.Streams.Sip;

namespace Dlgs.Streams.Tests.Recordings;

/// <summary>What a real Kamailio mirrored, against what the callers knew.</summary>
public sealed class RecordingTests
{
    public static TheoryData<string> Calls => [.. Judge.Names("")];

    public static TheoryData<string> Sequences => [.. Judge.Names("sequences")];

    public static TheoryData<string> Reports => [.. Judge.Names("reports")];

    /// <summary>What happens in these is up to the clock; a frame that comes 8 s late is another case.</summary>
    private static readonly string[] ClockCases = ["reports/early_update_hides_session_timer", "reports/long_call_kept_alive_by_reinvites"];

    public static TheoryData<string> ReportsInAnyOrder => [.. Judge.Names("reports").Except(ClockCases)];

    [Theory, MemberData(nameof(Calls)), MemberData(nameof(Sequences)), MemberData(nameof(Reports))]
    public void Recording_gives_what_its_callers_knew(string name) => Assert.Empty(Judge.Faults(name, Inspect(Frames(name)), out _));

    [Theory, MemberData(nameof(Calls)), MemberData(nameof(ReportsInAnyOrder))]
    public void Frames_shuffled_within_8_seconds_and_doubled_give_the_same(string name)
    {
        var random = new Random(name.Length);
        var frames = Frames(name).SelectMany(frame => new[] { frame, frame }).OrderBy(frame => TimeOf(frame) + random.Next(8_000_000));
        Assert.Empty(Judge.Faults(name, Inspect(frames), out _));
    }

    public static TheoryData<string, bool> Rewritten => new(from name in Judge.Names("") from hidesVias in new[] { true, false } select (name, hidesVias));

    [Theory, MemberData(nameof(Rewritten))]
    public void Proxy_that_hides_its_vias_or_counts_on_changes_nothing_in_any_order(string name, bool hidesVias)
    {
        var (random, frames) = (new Random(name.Length), new RewritingProxy(hidesVias, countsOn: !hidesVias).Rewrite(Frames(name)));
        Assert.Empty(Judge.Faults(name, Inspect(frames), out _));
        var shuffled = frames.SelectMany(frame => new[] { frame, frame }).OrderBy(frame => TimeOf(frame) + random.Next(8_000_000));
        Assert.Empty(Judge.Faults(name, Inspect(shuffled), out _));
    }

    [Fact]
    public void With_one_frame_in_a_hundred_lost_hardly_a_call_is_wrong()
    {
        var (random, all, wrong) = (new Random(1), 0, 0);
        foreach (var name in Judge.Names(""))
        {
            wrong += Judge.Faults(name, Inspect(Frames(name).Where(_ => random.Next(100) != 0)), out var calls).Count;
            all += calls;
        }
        Assert.Equal(4_270, all);
        Assert.InRange(wrong, 0, all / 1000);
    }

    [Theory, InlineData(1), InlineData(10), InlineData(1000)]
    public void Truncated_recording_gives_what_was_read_and_says_where_it_ends(int missing)
    {
        var bytes = Frames("basic").SelectMany(f => f).ToArray();
        using var recording = new Recording(new MemoryStream(bytes[..^missing]), new FieldLimits());
        Assert.NotEmpty(Inspection.Of(recording, expire: false).Dialogs());
        Assert.Equal(1, recording.Skipped["Truncated"].Count);
        Assert.InRange(recording.Skipped["Truncated"].FirstPosition, 1, bytes.Length);
    }

    [Fact]
    public void Broken_gzip_gives_what_was_read_and_says_so()
    {
        var bytes = File.ReadAllBytes(Judge.FileOf("bulk"));
        bytes.AsSpan(bytes.Length / 2, 100).Fill(0xff);
        using var recording = new Recording(new MemoryStream(bytes), new FieldLimits());
        Assert.NotEmpty(Inspection.Of(recording, expire: false).Dialogs());
        Assert.Equal(1, recording.Skipped["BrokenGzip"].Count);
    }

    [Fact]
    public void What_is_no_recording_is_named()
    {
        using var recording = new Recording(new MemoryStream("no recording at all"u8.ToArray()), new FieldLimits());
        Assert.Empty(Inspection.Of(recording, expire: false).Dialogs());
        Assert.Equal(new Tally.Entry(1, 0), recording.Skipped["WrongMagic"]);
    }

    private static IEnumerable<Dialog> Inspect(IEnumerable<byte[]> frames)
    {
        using var recording = new Recording(new MemoryStream([.. frames.SelectMany(f => f)]), new FieldLimits());
        return Inspection.Of(recording, expire: false).Dialogs().Select(d => d.ToRecord());
    }

    private static List<byte[]> Frames(string name)
    {
        using var gzip = new GZipStream(File.OpenRead(Judge.FileOf(name)), CompressionMode.Decompress);
        using var copy = new MemoryStream();
        gzip.CopyTo(copy);
        var (bytes, starts) = (copy.ToArray(), new List<int>());
        var hep = new HepReader(new MemoryStream(bytes), SipStream.TryFindLength);
        while (hep.TryRead(out _, out _)) starts.Add((int)hep.Position);
        return [.. starts.Zip([.. starts.Skip(1), bytes.Length], (start, end) => bytes[start..end])];
    }

    private static long TimeOf(byte[] frame)
    {
        var hep = new HepReader(new MemoryStream(frame), SipStream.TryFindLength);
        Assert.True(hep.TryRead(out var read, out _));
        return read.TimeMicros;
    }
}
