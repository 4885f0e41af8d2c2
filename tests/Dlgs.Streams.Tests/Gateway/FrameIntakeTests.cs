using System.IO.Compression;
using System.Text;
using Dlgs.Streams.Gateway;
using Dlgs.Streams.Settings;
using Dlgs.Streams.Tests.Hep;

namespace Dlgs.Streams.Tests.Gateway;

/// <summary>What becomes of one frame: an event, or a count with the reason and the agent. Nothing else, whatever is in it.</summary>
public sealed class FrameIntakeTests
{
    private const string Secret = "open sesame";

    [Fact]
    public void Frame_becomes_an_event_under_its_call_with_its_agent_as_the_proxy()
    {
        var rig = new IntakeRig().Take(new Mirrored());
        var sipEvent = Assert.Single(rig.Queue.Events);
        Assert.Equal(("a", "hep-2001", "INVITE", "sip:alice@x", Mirrored.Now.ToUnixTimeMilliseconds() * 1000),
            (sipEvent.CallId, sipEvent.Proxy, sipEvent.Method, sipEvent.FromUri, sipEvent.TimeUnixUs));
        Assert.Equal(["hep-2001 Queued 1"], rig.Counts);
    }

    [Fact]
    public void Agents_are_called_as_the_setting_says()
    {
        var rig = new IntakeRig(new GatewayOptions { Names = "2001=edge-1,2002=core" }).Take(new Mirrored()).Take(new Mirrored { CaptureId = 2003 });
        Assert.Equal(["edge-1", "hep-2003"], rig.Queue.Events.Select(each => each.Proxy));
    }

    [Fact]
    public void Agents_that_share_a_name_are_counted_together()
    {
        var rig = new IntakeRig(new GatewayOptions { Names = "1=edge,2=edge" });
        rig.Take(new Mirrored { CaptureId = 1 }).Take(new Mirrored { CaptureId = 2 }).Take(new Mirrored { CaptureId = 3 });
        Assert.Equal(["edge Queued 2", "hep-3 Queued 1"], rig.Counts);
    }

    [Fact]
    public void Agents_with_a_name_have_a_place_whoever_sends_before_them()
    {
        var rig = new IntakeRig(new GatewayOptions { Agents = 1, Names = "7=edge" });
        for (var id = 1u; id <= 7; id++) rig.Take(new Mirrored { CaptureId = id });
        Assert.Equal(["edge Queued 1", "hep-1 Queued 1", "other Queued 5"], rig.Counts);
        Assert.StartsWith("hep_agents is full", Assert.Single(rig.Log.All).Message, StringComparison.Ordinal);
        rig.Time.Advance(TimeSpan.FromMinutes(1));
        rig.Take(new Mirrored { CaptureId = 8 });
        Assert.Contains("(4 more frames of these", rig.Log.All.Last().Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Frames_that_share_a_datagram_are_all_read()
    {
        byte[] two = [.. new Mirrored().Frame, .. new Mirrored { Text = Mirrored.Invite("b") }.Frame];
        var rig = new IntakeRig().Take(two).Take([.. new Mirrored { Text = Mirrored.Invite("c") }.Frame, .. "junk"u8]);
        Assert.Equal(["a", "b", "c"], rig.CallIds);
        Assert.Equal(["hep-2001 Queued 3", "unknown WrongMagic 1"], rig.Counts);
    }

    [Fact]
    public void Frame_of_very_many_messages_is_read_up_to_a_limit_and_the_rest_is_counted()
    {
        var text = string.Concat(Enumerable.Range(0, FrameIntake.MaxMessages + 200).Select(i => Mirrored.Invite($"{i}")));
        var rig = new IntakeRig().Take(new Mirrored { Text = text, IsTcp = true }).Take(new Mirrored { Text = Mirrored.Invite("next"), IsTcp = true });
        Assert.Equal([.. Enumerable.Range(0, FrameIntake.MaxMessages).Select(i => $"{i}"), "next"], rig.CallIds);
        Assert.Equal([$"hep-2001 Queued {FrameIntake.MaxMessages + 1}", "hep-2001 LeftOver 1"], rig.Counts);
    }

    [Fact]
    public void Version_2_is_taken_and_so_is_what_is_compressed()
    {
        using var bytes = new MemoryStream();
        using (var zlib = new ZLibStream(bytes, CompressionMode.Compress, leaveOpen: true)) zlib.Write(Encoding.UTF8.GetBytes(Mirrored.Invite("z")));
        var rig = new IntakeRig().Take(HepVersion2Tests.Frame(Mirrored.Invite("two"))).Take(new Mirrored { Compressed = bytes.ToArray() });
        Assert.Equal(["two", "z"], rig.CallIds);
    }

    [Theory, InlineData(null), InlineData(""), InlineData("open sesam"), InlineData("open sesamf"), InlineData("open sesame!")]
    public void Wrong_key_is_counted_under_nobody_and_makes_no_agent_known(string? key)
    {
        var rig = new IntakeRig(new GatewayOptions { AuthenticateKey = Secret });
        rig.Take(new Mirrored { Key = key });
        Assert.Equal(["unknown WrongKey 1"], rig.Counts);
        rig.Take(new Mirrored { Key = Secret }).Take(new Mirrored { Key = key });
        Assert.Equal(["hep-2001 Queued 1", "unknown WrongKey 2"], rig.Counts);
    }

    [Theory, InlineData("10.1.2.3", true), InlineData("10.2.0.1", false), InlineData("2001:db8::7", true), InlineData("::ffff:10.1.0.9", true)]
    public void Who_is_not_in_the_list_is_counted_and_not_looked_at(string from, bool isIn)
    {
        var rig = new IntakeRig(new GatewayOptions { Allow = "10.1.0.0/16, 2001:db8::/32" }).Take(new Mirrored(), from);
        Assert.Equal(isIn ? ["hep-2001 Queued 1"] : ["unknown WrongAddress 1"], rig.Counts);
    }

    [Fact]
    public void Other_protocols_are_counted_and_move_no_clock()
    {
        var rig = new IntakeRig().Take(new Mirrored { Protocol = 5, At = Mirrored.Now.AddYears(70) }).Take(new Mirrored { At = null });
        Assert.Equal(["hep-2001 OtherProtocol 1", "hep-2001 Queued 1", "hep-2001 Missing 1"], rig.Counts);
    }

    [Theory]
    [InlineData("junk", "WrongMagic"), InlineData("HEP3", "WrongMagic"), InlineData("", "WrongMagic"), InlineData("HEP3\0\u0005\0", "BadLength")]
    [InlineData("HEP3\u00ff\u00ff\0\0\0", "Truncated"), InlineData("\u0001\u0010\u0002\u0011aaaaaaaaaaaaaaa", "HepVersion1")]
    [InlineData("\u0002\u001c\u0002\u0011aaaaaa", "Truncated")]
    public void Garbage_is_counted_by_reason(string garbage, string reason) =>
        Assert.Equal([$"unknown {reason} 1"], new IntakeRig().Take(Encoding.Latin1.GetBytes(garbage)).Counts);

    [Fact]
    public void Lying_lengths_cost_their_frame()
    {
        var frame = new Mirrored().Frame;
        var rig = new IntakeRig();
        foreach (var length in new[] { 0, 5, 6, 7, frame.Length - 1, frame.Length + 1, 65_535 }) rig.Take(HepFrames.WithLength(frame, length));
        Assert.Empty(rig.Queue.Events);
        // That of 6 is a frame with nothing in it; what stands behind it is counted, too.
        Assert.Contains("unknown WrongMagic 1", rig.Counts);
        Assert.Equal(8, rig.Counts.Sum(Number));
    }

    [Fact]
    public void Message_of_64_KiB_is_an_event_and_one_that_is_cut_before_its_end_is_counted()
    {
        var text = Mirrored.Invite("long", new string('b', 65_000));
        var rig = new IntakeRig().Take(new Mirrored { Text = text }).Take(new Mirrored { Text = text[..55] });
        Assert.Equal(["long"], rig.CallIds);
        Assert.Equal(["hep-2001 Queued 1", "hep-2001 Truncated 1"], rig.Counts);
    }

    [Fact]
    public void Zlib_bomb_is_counted_and_takes_no_more_than_a_datagram()
    {
        using var bomb = new MemoryStream();
        using (var zlib = new ZLibStream(bomb, CompressionLevel.SmallestSize, leaveOpen: true)) zlib.Write(new byte[50_000_000]);
        var mirrored = new Mirrored { Compressed = bomb.ToArray() }.Frame;
        var rig = new IntakeRig().Take(mirrored);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 9; i++) rig.Take(mirrored);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10 * 200_000);
        rig.Take(new Mirrored { Compressed = [1, 2, 3] });
        Assert.Equal(["hep-2001 BrokenPayload 1", "hep-2001 PayloadTooLong 10"], rig.Counts);
    }

    [Fact]
    public void Text_that_is_not_UTF8_is_read_as_Latin1()
    {
        var frame = HepFrames.Frame(HepFrames.Chunk(9, 1_795_500_000u), HepFrames.Chunk(12, 9u),
            HepFrames.Chunk(15, Encoding.Latin1.GetBytes(Mirrored.Invite("jürgen"))));
        Assert.Equal(["jürgen"], new IntakeRig().Take(frame).CallIds);
    }

    [Fact]
    public void What_finds_no_room_is_dropped_and_counted()
    {
        var rig = new IntakeRig();
        rig.Queue.HasRoom = false;
        rig.Take(new Mirrored());
        rig.Queue.HasRoom = true;
        rig.Take(new Mirrored { Text = Mirrored.Invite("b") });
        Assert.Equal(["b"], rig.CallIds);
        Assert.Equal(["hep-2001 Queued 1", "hep-2001 Dropped 1"], rig.Counts);
    }

    [Fact]
    public void Spoofed_capture_ids_make_no_more_series_than_are_allowed_and_are_events_all_the_same()
    {
        var rig = new IntakeRig(new GatewayOptions { Agents = 10 });
        for (var id = 1u; id <= 2_000; id++) rig.Take(new Mirrored { CaptureId = id, At = Mirrored.Now.AddYears(1) });
        Assert.Equal(2_000, rig.Queue.Count);
        Assert.Equal("hep-2000", rig.Queue.Events[^1].Proxy);
        Assert.Equal(12, rig.Context.Agents.Counts.Count());
        Assert.Contains("other Queued 1990", rig.Counts);
        // A new one takes the place of one that was silent for an hour.
        rig.Time.Advance(TimeSpan.FromHours(1.1));
        rig.Take(new Mirrored { CaptureId = 3_000 });
        Assert.Contains("hep-3000 Queued 1", rig.Counts);
    }

    [Fact]
    public void Flood_of_garbage_costs_a_line_a_minute_and_no_memory()
    {
        var rig = new IntakeRig();
        byte[] garbage = [.. Enumerable.Repeat((byte)'x', 1_400)];
        rig.Take(garbage);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100_000; i++) rig.Take(garbage);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
        Assert.Single(rig.Log.All);
        rig.Time.Advance(TimeSpan.FromMinutes(1));
        rig.Take(garbage);
        Assert.Contains("(100000 more of these", rig.Log.All.Last().Message, StringComparison.Ordinal);
    }

    private static int Number(string count) => int.Parse(count[(count.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture);
}
