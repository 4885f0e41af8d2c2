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
        Assert.Equal([text, Message], Read([.. HepVersion2Tests.Frame(text), .. HepVersion2Tests.Frame(Message)]));
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

    private static void Check(byte[] frame)
    {
        var decoder = new HepDecoder(SipStream.TryFindLength) { IsLive = true };
        Assert.False(decoder.TryRead(frame.AsSpan(0, frame.Length - 1), isOver: false, out _, out _));
        Assert.True(decoder.TryRead(frame, isOver: false, out var read, out var failure));
        Assert.Equal((HepFailure.None, frame.Length, Message), (failure, decoder.Taken, Encoding.UTF8.GetString(read.Payload)));
    }

    private static List<string> Read(ReadOnlySpan<byte> bytes)
    {
        var (decoder, texts) = (new HepDecoder(SipStream.TryFindLength) { IsLive = true }, new List<string>());
        while (decoder.TryRead(bytes, isOver: false, out var frame, out _))
        {
            texts.Add(Encoding.UTF8.GetString(frame.Payload));
            bytes = bytes[decoder.Taken..];
        }
        return texts;
    }
}
