using System.Buffers.Binary;
using System.Text;
using CsCheck;
using Dlgs.Streams.Hep;
using Dlgs.Streams.Sip;

namespace Dlgs.Streams.Tests.Hep;

/// <summary>Frames of version 2, which do not say where they end, alone and among those of version 3.</summary>
public sealed class HepVersion2Tests
{
    private const string Message = "OPTIONS sip:b@x SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=1\r\nContent-Length: 0\r\n\r\n";

    [Fact]
    public void Frames_end_where_the_next_begins() => Check([Frame("a"), Frame(Message), HepFrames.Frame("b"), Frame("c")], "a", Message, "b", "c");

    [Fact]
    public void Frame_in_a_body_is_of_the_body()
    {
        var message = "MESSAGE sip:b@x SIP/2.0\r\nContent-Length: 40\r\n\r\n" + Encoding.Latin1.GetString(Frame("x"))[..28] + "0123456789ab";
        Check([Frame(message), Frame("next")], message, "next");
        Check([Frame(message)], message);
    }

    [Fact]
    public void Content_length_that_leads_nowhere_is_not_believed()
    {
        var message = Message.Replace("Length: 0", "Length: 10", StringComparison.Ordinal);
        Check([Frame(message), Frame("next")], message, "next");
    }

    [Fact]
    public void Text_that_names_the_protocol_begins_no_frame() =>
        Check([Frame("User-Agent: HEP3-mirror\r\nX: y"), Frame("b")], "User-Agent: HEP3-mirror\r\nX: y", "b");

    [Fact]
    public void Version_1_is_refused_by_name() =>
        Check([[1, .. Frame("a")[1..]], Frame("b"), [1, .. Frame("c")[1..]]], "HepVersion1 at 0", "b", "HepVersion1 at 58");

    [Theory, InlineData(7), InlineData(20), InlineData(27)]
    public void Stream_that_ends_inside_a_header_is_said(int length) => Check([Frame("a"), Frame("b")[..length]], "a", "Truncated at 29");

    [Theory]
    [InlineData(false, false, 28), InlineData(false, false, 16), InlineData(false, true, 28),
        InlineData(true, false, 52), InlineData(true, false, 40), InlineData(true, true, 40)]
    public void Time_and_capture_id_are_read_in_the_senders_byte_order(bool ipv6, bool bigEndian, byte headerLength)
    {
        var stream = new MemoryStream(Frame("x", ipv6, bigEndian, headerLength));
        Assert.True(new HepReader(stream, SipStream.TryFindLength).TryRead(out var frame, out var failure));
        Assert.Equal((HepFailure.None, 1_795_500_000_001_000, 2001u, "x"),
            (failure, frame.TimeMicros, frame.CaptureId, Encoding.UTF8.GetString(frame.Payload)));
    }

    [Fact]
    public void Piece_of_a_stream_is_known_by_its_protocol()
    {
        Assert.True(new HepReader(new MemoryStream(Frame("x", protocol: 6)), SipStream.TryFindLength).TryRead(out var frame, out _));
        Assert.True(frame.IsOfStream);
    }

    [Theory, InlineData(false), InlineData(true)]
    public void Both_ends_are_read(bool ipv6)
    {
        var (length, frame) = (ipv6 ? 16 : 4, Frame("x", ipv6, headerLength: ipv6 ? (byte)52 : (byte)28));
        (frame[8], frame[8 + length]) = (1, 2);
        Assert.True(new HepReader(new MemoryStream(frame), SipStream.TryFindLength).TryRead(out var read, out _));
        var zeros = new string('0', 2 * (length - 1));
        Assert.Equal(("01" + zeros, 5060, "02" + zeros, 5060),
            (HepReaderTests.Hex(read.Source), read.Source.Port, HepReaderTests.Hex(read.Destination), read.Destination.Port));
    }

    [Fact]
    public void Stream_that_comes_in_pieces_gives_the_same()
    {
        byte[] stream = [.. Enumerable.Range(0, 200).SelectMany(i => i % 3 == 0 ? HepFrames.Frame(new string('x', i * 9)) : Frame(new string('y', i * 11)))];
        foreach (var most in new[] { 1, 7, 1000 })
            Assert.Equal(HepReaderTests.Read(new MemoryStream(stream)), HepReaderTests.Read(new PiecemealStream(stream, most)));
    }

    [Fact]
    public void Mutilated_stream_ends() => Gen.Select(Gen.UShort, Gen.Byte).Array[1, 30].Sample(blows =>
    {
        byte[] stream = [.. Enumerable.Range(0, 60).SelectMany(i => i % 2 == 0 ? Frame(Message) : HepFrames.Frame(Message))];
        foreach (var (at, value) in blows) stream[at % stream.Length] = value;
        HepReaderTests.Read(new MemoryStream(stream));
    });

    internal static byte[] Frame(string payload, bool ipv6 = false, bool bigEndian = false, byte headerLength = 28, byte protocol = 17)
    {
        byte[] time = new byte[12];
        if (bigEndian)
        {
            BinaryPrimitives.WriteUInt32BigEndian(time, 1_795_500_000);
            BinaryPrimitives.WriteUInt32BigEndian(time.AsSpan(4), 1_000);
            BinaryPrimitives.WriteUInt16BigEndian(time.AsSpan(8), 2001);
        }
        else
        {
            BinaryPrimitives.WriteUInt32LittleEndian(time, 1_795_500_000);
            BinaryPrimitives.WriteUInt32LittleEndian(time.AsSpan(4), 1_000);
            BinaryPrimitives.WriteUInt16LittleEndian(time.AsSpan(8), 2001);
        }
        return [2, headerLength, (byte)(ipv6 ? 10 : 2), protocol, 0x13, 0xc4, 0x13,
            0xc4, .. new byte[ipv6 ? 32 : 8], .. time, .. Encoding.Latin1.GetBytes(payload)];
    }

    private static void Check(byte[][] stream, params string[] wanted) =>
        Assert.Equal(wanted, HepReaderTests.Read(new MemoryStream([.. stream.SelectMany(b => b)])));
}
