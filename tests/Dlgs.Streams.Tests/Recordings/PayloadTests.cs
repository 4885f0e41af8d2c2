using System.IO.Compression;
using System.Text;
using CsCheck;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Recordings;
using Dlgs.Streams.Records;
using Dlgs.Streams.Sip;
using Dlgs.Streams.Tests.Hep;

namespace Dlgs.Streams.Tests.Recordings;

/// <summary>From a frame's payload to messages: what is decompressed, taken apart, read as Latin-1, skipped; and the events that become of it.</summary>
public sealed class PayloadTests
{
    private static readonly byte[] Seconds = HepFrames.Chunk(9, 1_795_500_000u);

    [Fact]
    public void Compressed_payload_is_read() =>
        Assert.Equal(["c1", "c2"], CallIds(out _,
            HepFrames.Frame(Seconds, HepFrames.Chunk(16, Zlib(Bytes(Request("c1"))))),
            HepFrames.Frame(Seconds, HepFrames.Chunk(16, Gzip(Bytes(Request("c2")))))));

    [Fact]
    public void Payload_that_does_not_decompress_costs_its_frame()
    {
        var broken = Zlib(Bytes(Request("c1")));
        broken[10] ^= 0xff;
        Assert.Equal(["c2"], CallIds(out var recording,
            HepFrames.Frame(Seconds, HepFrames.Chunk(16, broken)),
            HepFrames.Frame(Seconds, HepFrames.Chunk(16, "no zlib"u8.ToArray())),
            HepFrames.Frame(Request("c2"))));
        Assert.Equal(2, recording.Skipped["BrokenPayload"].Count);
    }

    [Theory, InlineData(65_535, ""), InlineData(65_536, "PayloadTooLong"), InlineData(6_000_000, "PayloadTooLong")]
    public void Payload_decompresses_to_a_datagram_at_most(int length, string reason)
    {
        var message = Bytes(Request("c1"));
        Array.Resize(ref message, length);
        Assert.Equal(reason.Length == 0 ? ["c1"] : [], CallIds(out var recording, HepFrames.Frame(Seconds, HepFrames.Chunk(16, Zlib(message)))));
        Assert.Equal(reason.Length == 0 ? 0 : 1, recording.Skipped[reason].Count);
    }

    [Fact]
    public void Piece_of_a_stream_may_hold_several_messages_and_a_datagram_one()
    {
        var both = Request("c1") + "\r\n" + Request("c2") + "rest";
        Assert.Equal(["c1", "c2"], CallIds(out var recording, Frame(both, transport: 6)));
        Assert.Equal((1, 2, new Tally.Entry(1, 0)), (recording.Frames, recording.Messages, recording.Skipped["LeftOver"]));
        Assert.Equal(["c1"], CallIds(out recording, Frame(both, transport: 17)));
        Assert.Equal(0, recording.Skipped.Count);
    }

    [Fact]
    public void Each_message_of_a_piece_becomes_an_event_of_its_own()
    {
        var events = Events(Frame(Request("c1", branch: "a") + Request("c2", method: "INVITE", branch: "b"), transport: 6));
        Assert.Equal([("c1", "BYE", "a"), ("c2", "INVITE", "b")], events.Select(e => (e.CallId, e.Method, e.ViaBranches.Single())));
    }

    [Theory, InlineData(5), InlineData(100), InlineData(0)]
    public void Frame_of_another_protocol_is_counted_by_its_type_even_if_it_quotes_SIP(byte type)
    {
        Assert.Empty(CallIds(out var recording, HepFrames.Frame(Seconds, HepFrames.Chunk(11, [type]), HepFrames.Chunk(15, Bytes(Request("c1"))))));
        Assert.Equal((1, 1), (recording.Frames, recording.Skipped[$"ProtocolType{type}"].Count));
    }

    [Theory, InlineData(""), InlineData("\r\n\r\n")]
    public void Payload_of_nothing_is_no_SIP(string payload)
    {
        Assert.Empty(CallIds(out var recording, Frame(payload, transport: 6), Frame(payload, transport: 17)));
        Assert.Equal(2, recording.Skipped["NotSip"].Count);
    }

    [Fact]
    public void Fields_that_are_not_UTF_8_are_read_as_Latin_1_and_counted()
    {
        var frame = Encoding.Latin1.GetBytes(Request("c\u00f61", from: "j\u00f6rg", branch: "b\u00fc"));
        var sipEvent = Assert.Single(Events(out var recording, HepFrames.Frame(Seconds, HepFrames.Chunk(15, frame))));
        Assert.Equal(("cö1", "sip:jörg@x", "bü"), (sipEvent.CallId, sipEvent.FromUri, sipEvent.ViaBranches.Single()));
        Assert.Equal(1, recording.Mended["Latin1"].Count);
    }

    [Fact]
    public void Only_the_line_that_is_not_UTF_8_is_read_as_Latin_1()
    {
        var request = Bytes(Request("cß1", from: "j~rg"));
        request.AsSpan().Replace((byte)'~', (byte)0xf6);
        var sipEvent = Assert.Single(Events(HepFrames.Frame(Seconds, HepFrames.Chunk(15, request))));
        Assert.Equal(("cß1", "sip:jörg@x"), (sipEvent.CallId, sipEvent.FromUri));
    }

    [Fact]
    public void Display_name_that_is_not_UTF_8_costs_nothing()
    {
        var latin1 = Encoding.Latin1.GetBytes(Request("c1").Replace("From: ", "From: J\u00f6rg ", StringComparison.Ordinal));
        Assert.Equal(["c1"], CallIds(out var recording, HepFrames.Frame(Seconds, HepFrames.Chunk(15, latin1))));
        Assert.Equal(0, recording.Mended.Count);
    }

    [Fact]
    public void Any_payload_is_read_or_counted()
    {
        var mutilated = Gen.Select(Gen.Const(Request("c1") + Request("c2")).Select(Bytes), Gen.Select(Gen.UShort, Gen.Byte).Array[0, 8], Mutilate);
        var payloads = Gen.OneOf(Gen.Byte.Array[0, 300], Gen.String.Select(Bytes), mutilated);
        Gen.Select(Gen.Byte, Gen.Bool, payloads).Sample((transport, zlib, payload) =>
        {
            foreach (var protocol in new byte[] { transport, 6, 17 })
            {
                var frame = HepFrames.Frame(Seconds, HepFrames.Chunk(2, [protocol]), HepFrames.Chunk(zlib ? 16 : 15, payload));
                Events(out var recording, frame);
                Assert.True(recording.Messages + recording.Skipped.Count > 0);
            }
        });
    }

    [Fact]
    public void Text_as_UTF_8_is_valid_and_at_most_twice_as_long() => Gen.Byte.Array[0, 50].Sample(bytes =>
    {
        var utf8 = new byte[bytes.Length * 2];
        var length = Latin1Text.Write(bytes, utf8);
        Assert.True(System.Text.Unicode.Utf8.IsValid(utf8.AsSpan(0, length)));
        var isUtf8 = System.Text.Unicode.Utf8.IsValid(bytes);
        Assert.Equal((isUtf8 ? Encoding.UTF8 : Encoding.Latin1).GetString(bytes), Encoding.UTF8.GetString(utf8, 0, length));
    });

    private static byte[] Mutilate(byte[] bytes, (ushort At, byte Value)[] blows)
    {
        var changed = (byte[])bytes.Clone();
        foreach (var (at, value) in blows) changed[at % changed.Length] = value;
        return changed;
    }

    private static string Request(string callId, string method = "BYE", string from = "a", string branch = "z9") =>
        $"{method} sip:b@x SIP/2.0\r\nVia: SIP/2.0/TCP h;branch={branch}\r\nFrom: <sip:{from}@x>;tag=a\r\n"
            + $"To: <sip:b@x>;tag=b\r\nCall-ID: {callId}\r\nCSeq: 1 {method}\r\nContent-Length: 0\r\n\r\n";

    private static byte[] Frame(string payload, byte transport) =>
        HepFrames.Frame(Seconds, HepFrames.Chunk(2, [transport]), HepFrames.Chunk(15, Bytes(payload)));

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static byte[] Zlib(byte[] bytes) => Compress(bytes, to => new ZLibStream(to, CompressionLevel.Fastest));

    private static byte[] Gzip(byte[] bytes) => Compress(bytes, to => new GZipStream(to, CompressionLevel.Fastest));

    private static byte[] Compress(byte[] bytes, Func<Stream, Stream> compressor)
    {
        using var compressed = new MemoryStream();
        using (var stream = compressor(compressed)) stream.Write(bytes);
        return compressed.ToArray();
    }

    private static IEnumerable<string> CallIds(out Recording recording, params byte[][] frames) => Events(out recording, frames).Select(e => e.CallId);

    private static List<SipEvent> Events(params byte[][] frames) => Events(out _, frames);

    private static List<SipEvent> Events(out Recording recording, params byte[][] frames)
    {
        var events = new List<SipEvent>();
        using var read = recording = new Recording(new MemoryStream([.. frames.SelectMany(f => f)]), new FieldLimits());
        while (recording.TryRead(out var frame))
            while (recording.TryTake(ref frame, out var message)) events.Add(SipEvents.ToEvent(message, frame.Message, frame.Proxy));
        return events;
    }
}
