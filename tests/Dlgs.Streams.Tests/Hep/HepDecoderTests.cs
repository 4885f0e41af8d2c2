using System.Globalization;
using System.Text;
using Dlgs.Streams.Hep;
using Dlgs.Streams.Sip;
using Dlgs.Streams.Tests.Gateway;

namespace Dlgs.Streams.Tests.Hep;

/// <summary>Frames of a connection, of which nobody knows what follows: each is there as soon as its last byte is.</summary>
public sealed class HepDecoderTests
{
    private static readonly string Message = Mirrored.Invite("a", "0123456789");

    [Fact]
    public void Frame_of_version_3_is_there_with_its_last_byte() => Check(new Mirrored { Text = Message }.Frame);

    [Fact]
    public void Frame_of_version_2_is_there_with_the_last_byte_of_its_message() => Check(HepVersion2Tests.Frame(Message));

    [Fact]
    public void Frame_of_version_2_whose_message_does_not_say_how_long_it_is_ends_where_the_next_begins()
    {
        var text = "OPTIONS sip:b@x SIP/2.0\r\nVia: SIP/2.0/UDP h\r\n\r\n";
        byte[] bytes = [.. HepVersion2Tests.Frame(text), .. HepVersion2Tests.Frame(Message)];
        Assert.Equal([text, Message], Read(bytes, bytes.Length));
    }

    [Fact]
    public void Frame_of_version_2_without_a_body_waits_for_the_end_of_its_header() =>
        Check(HepVersion2Tests.Frame(Mirrored.Invite("a")), Mirrored.Invite("a"), missing: 2);

    /// <summary>A caller chooses what stands in a message; a frame in it would be a call of its own making.</summary>
    [Theory, InlineData("X: {0}\r\nContent-Length: 0\r\n\r\n"), InlineData("Content-Length: 0\r\nX: {0}\r\n\r\n"), InlineData("X: {0}\r\n\r\n")]
    [InlineData("X: y\r\n{0}\r\nContent-Length: 0\r\n\r\n"), InlineData("Content-Length: 70\r\n\r\n{0}1234567890123456789012345")]
    public void Frame_in_a_message_of_version_2_is_none(string rest)
    {
        var forged = Encoding.Latin1.GetString(HepFrames.Frame("BYE"));
        Assert.Equal(45, forged.Length);
        var text = "OPTIONS sip:b@x SIP/2.0\r\nVia: SIP/2.0/UDP h\r\n" + string.Format(CultureInfo.InvariantCulture, rest, forged);
        byte[] bytes = [.. HepVersion2Tests.Frame(text), .. HepVersion2Tests.Frame(Message)];
        // However the bytes come, not even as far as the second frame's first bytes.
        foreach (var first in new[] { bytes.Length, text.Length + 28 + 3, text.Length + 27, text.Length, 110, 95 })
            Assert.Equal([text, Message], Read(bytes, first));
    }

    [Fact]
    public void What_keeps_a_connection_alive_takes_no_message_with_it() =>
        Assert.Equal(["jaK", "\r\n", Message], Read(
            [.. HepVersion2Tests.Frame("jaK"), .. HepVersion2Tests.Frame("\r\n"), .. HepVersion2Tests.Frame(Message)], first: 30));

    [Fact]
    public void Content_length_that_leads_nowhere_is_not_believed()
    {
        var text = Message.Replace("Length: 10", "Length: 20", StringComparison.Ordinal);
        Assert.Equal([text, Message], Read([.. HepVersion2Tests.Frame(text), .. HepVersion2Tests.Frame(Message)], first: 60));
    }

    [Fact]
    public void What_is_needed_is_never_less_than_one_byte_more_than_what_is_there()
    {
        var (decoder, frame) = (new HepDecoder(SipStream.TryFindLength) { IsLive = true }, HepVersion2Tests.Frame(Message));
        for (var length = 0; length < frame.Length; length++)
        {
            Assert.False(decoder.TryRead(frame.AsSpan(0, length), isOver: false, out _, out _));
            Assert.InRange(decoder.Needed, length + 1, HepDecoder.Window);
        }
    }

    private static void Check(byte[] frame) => Check(frame, Message, missing: 1);

    private static void Check(byte[] frame, string message, int missing)
    {
        var decoder = new HepDecoder(SipStream.TryFindLength) { IsLive = true };
        Assert.False(decoder.TryRead(frame.AsSpan(0, frame.Length - missing), isOver: false, out _, out _));
        Assert.True(decoder.TryRead(frame, isOver: false, out var read, out var failure));
        Assert.Equal((HepFailure.None, frame.Length, message), (failure, decoder.Taken, Encoding.UTF8.GetString(read.Payload)));
    }

    /// <summary>So many bytes come first, and then the others.</summary>
    private static List<string> Read(byte[] bytes, int first)
    {
        var (decoder, texts) = (new HepDecoder(SipStream.TryFindLength) { IsLive = true }, new List<string>());
        var taken = 0;
        foreach (var there in new[] { first, bytes.Length })
        {
            while (decoder.TryRead(bytes.AsSpan(taken, there - taken), isOver: false, out var frame, out var failure))
            {
                texts.Add(failure == HepFailure.None ? Encoding.Latin1.GetString(frame.Payload) : failure.ToString());
                taken += decoder.Taken;
            }
            taken += decoder.Taken;
        }
        return texts;
    }
}
