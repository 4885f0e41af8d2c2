using System.Globalization;
using CsCheck;
using Dlgs.Streams.Settings;

namespace Dlgs.Streams.Tests.Gateway;

/// <summary>SIP messages of one captured TCP connection, in whatever pieces they come.</summary>
public sealed class SegmentedMessageTests
{
    private const string Body = "v=0\r\nSIP/2.0 200 OK\r\n\r\nx";

    [Fact]
    public void Messages_come_out_whole_however_they_are_cut() => Gen.Int[1, 400].Array[1, 40].Sample(cuts =>
    {
        var stream = string.Concat(Enumerable.Range(0, 8).Select(i => Mirrored.Invite($"call-{i}", i % 2 == 0 ? "" : Body)));
        var rig = new IntakeRig();
        var cut = 0;
        for (var at = 0; at < stream.Length;)
        {
            var length = Math.Min(cuts[cut++ % cuts.Length], stream.Length - at);
            rig.Take(Piece(stream.Substring(at, length)));
            at += length;
        }
        Assert.Equal(Enumerable.Range(0, 8).Select(i => $"call-{i}"), rig.CallIds);
        // A piece of a body that begins as a message does may have been one: it is passed over, and counted.
        Assert.Equal(["hep-2001 Queued 8"], rig.Counts.Where(count => count.Split(' ')[1] is not ("Empty" or "LeftOver")));
        Assert.Equal(0, rig.Context.Segments.Bytes);
    });

    [Fact]
    public void Pieces_of_several_connections_and_agents_are_kept_apart()
    {
        var (first, second) = (Mirrored.Invite("one"), Mirrored.Invite("two"));
        var rig = new IntakeRig().Take(Piece(first[..70])).Take(Piece(second[..80], port: 6000)).Take(Piece(second[..90]) with { CaptureId = 7 });
        rig.Take(Piece(second[80..], port: 6000)).Take(Piece(second[90..]) with { CaptureId = 7 }).Take(Piece(first[70..]));
        Assert.Equal(["two", "two", "one"], rig.CallIds);
    }

    [Fact]
    public void Message_whose_rest_is_lost_is_read_as_it_is_when_the_next_begins()
    {
        var cut = Mirrored.Invite("cut").Replace("Content-Length: 0\r\n\r\n", "X-Padding: aaaa", StringComparison.Ordinal);
        var rig = new IntakeRig().Take(Piece(cut)).Take(Piece(Mirrored.Invite("next")));
        Assert.Equal(["next", "cut"], rig.CallIds);
    }

    [Fact]
    public void Message_whose_rest_does_not_come_is_read_after_a_while()
    {
        var rig = new IntakeRig().Take(Piece(Mirrored.Invite("slow")[..^2])).Take(Piece(Mirrored.Invite("half")[..40], port: 6000));
        Assert.Empty(rig.Queue.Events);
        rig.Pass(TimeSpan.FromSeconds(1));
        Assert.Empty(rig.Queue.Events);
        rig.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(["slow"], rig.CallIds);
        Assert.Equal(["hep-2001 Queued 1", "hep-2001 Truncated 1"], rig.Counts);
    }

    [Fact]
    public void Body_whose_rest_is_lost_takes_no_message_with_it()
    {
        var text = Mirrored.Invite("long", new string('b', 5_000));
        var rig = new IntakeRig().Take(Piece(text[..1_000])).Take(Piece(Mirrored.Invite("next"))).Take(Piece(Mirrored.Invite("last")));
        Assert.Equal(["long", "next", "last"], rig.CallIds);
    }

    /// <summary>A body that the message itself made longer than it is takes what follows for its own.</summary>
    [Fact]
    public void Answer_in_pieces_that_is_taken_for_a_body_is_counted()
    {
        var text = Mirrored.Invite("liar").Replace("Content-Length: 0", "Content-Length: 150", StringComparison.Ordinal);
        var rig = new IntakeRig().Take(Piece(text)).Take(Piece("SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\n"));
        Assert.Equal(["hep-2001 Queued 1", "hep-2001 LeftOver 1"], rig.Counts);
    }

    /// <summary>RFC 3420: a NOTIFY of a transfer, whose body comes in a segment of its own.</summary>
    [Fact]
    public void Body_that_is_a_start_line_is_passed_over()
    {
        var rig = new IntakeRig().Take(Piece(Mirrored.Invite("a", "SIP/2.0 200 OK\r\n")[..^16])).Take(Piece("SIP/2.0 200 OK\r\n"));
        Assert.Equal(["hep-2001 Queued 1"], rig.Counts);
    }

    [Fact]
    public void What_waits_is_bounded_and_the_oldest_makes_room()
    {
        var rig = new IntakeRig(new GatewayOptions { SegmentBytes = 65_536 });
        for (ushort port = 1; port <= 5_000; port++) rig.Take(Piece(Mirrored.Invite(port.ToString(CultureInfo.InvariantCulture))[..^2], port));
        Assert.InRange(rig.Context.Segments.Bytes, 1, 65_536);
        Assert.Equal("1", rig.CallIds.First());
        Assert.InRange(rig.Queue.Count, 4_900, 4_999);
    }

    [Fact]
    public void Endless_header_is_given_up_at_64_KiB()
    {
        var rig = new IntakeRig().Take(Piece(Mirrored.Invite("endless")[..^4]));
        for (var i = 0; i < 100; i++) rig.Take(Piece(new string('x', 1_000)));
        Assert.InRange(rig.Context.Segments.Bytes, 0, 66_000);
        Assert.Equal(["endless"], rig.CallIds);
    }

    [Fact]
    public void Bytes_that_belong_to_no_message_are_counted() =>
        Assert.Equal(["hep-2001 LeftOver 1"], new IntakeRig().Take(Piece("\u0016\u0003\u0001 no SIP at all")).Counts);

    private static Mirrored Piece(string text, ushort port = 5060) => new() { Text = text, IsTcp = true, SourcePort = port };
}
