using System.Globalization;
using System.Text;
using CsCheck;
using Dlgs.Streams.Hep;
using Dlgs.Streams.Sip;

namespace Dlgs.Streams.Tests.Hep;

/// <summary>What a stream of frames gives, line by line: a payload, or the failure and its byte.</summary>
public sealed class HepReaderTests
{
    private static readonly byte[] A = HepFrames.Frame("a");
    private static readonly byte[] B = HepFrames.Frame("b");
    private static readonly byte[] C = HepFrames.Frame("c");

    [Fact]
    public void Frames_back_to_back_are_read() => Check([A, B, C], "a", "b", "c");

    [Fact]
    public void Nothing_is_no_failure() => Check([]);

    [Fact]
    public void Longest_frame_is_read() => Check([A, HepFrames.Frame(new string('x', 65_535 - 6 - 36)), B], "a", new string('x', 65_535 - 6 - 36), "b");

    [Theory, InlineData(1), InlineData(4), InlineData(5), InlineData(6), InlineData(20), InlineData(42)]
    public void Stream_that_ends_inside_a_frame_is_truncated_there(int length) => Check([A, B[..length]], "a", $"Truncated at {A.Length}");

    [Fact]
    public void Wrong_magic_costs_what_stands_before_the_next_frame() =>
        Check(["junk"u8.ToArray(), A, "HEP4 and HEP"u8.ToArray(), B], "WrongMagic at 0", "a", $"WrongMagic at {4 + A.Length}", "b");

    [Fact]
    public void Junk_to_the_end_is_one_failure() => Check([A, new byte[300_000]], "a", $"WrongMagic at {A.Length}");

    [Fact]
    public void Frame_behind_much_junk_is_found() => Check([new byte[1_000_003], A], "WrongMagic at 0", "a");

    [Theory, InlineData(0), InlineData(5)]
    public void Length_shorter_than_a_header_costs_its_frame(int length) =>
        Check([A, HepFrames.WithLength(B, length), C], "a", $"BadLength at {A.Length}", "c");

    [Fact]
    public void Length_too_long_costs_its_frame_and_no_other() =>
        Check([A, HepFrames.WithLength(B, B.Length + 9), C, A], "a", $"BadLength at {A.Length}", "c", "a");

    [Fact]
    public void Length_beyond_the_end_costs_its_frame_and_no_other() => Check([A, HepFrames.WithLength(B, 65_000), C], "a", $"Truncated at {A.Length}", "c");

    [Theory, InlineData(0), InlineData(5), InlineData(65_535)]
    public void Chunk_length_that_does_not_fit_costs_its_frame(int length)
    {
        var bad = (byte[])B.Clone();
        (bad[10], bad[11]) = ((byte)(length >> 8), (byte)length);
        Check([A, bad, C], "a", $"BadLength at {A.Length}", "c");
    }

    [Fact]
    public void Frame_without_time_says_so() => Assert.Equal((0L, HepFrame.Sip), Header(HepFrames.Frame(HepFrames.Chunk(15, "x"u8.ToArray()))));

    [Fact]
    public void Protocol_type_is_read() => Assert.Equal((5_000_000L, (byte)100),
        Header(HepFrames.Frame(HepFrames.Chunk(9, 5u), HepFrames.Chunk(11, [100]), HepFrames.Chunk(15, "x"u8.ToArray()))));

    [Theory, InlineData(0u, 5_000_000), InlineData(999_999u, 5_999_999), InlineData(1_000_000u, 5_001_000),
        InlineData(250_000_000u, 5_250_000), InlineData(999_999_999u, 5_999_999)]
    public void Fraction_of_a_second_is_in_microseconds_or_else_in_nanoseconds(uint fraction, long micros) =>
        Assert.Equal((micros, HepFrame.Sip),
            Header(HepFrames.Frame(HepFrames.Chunk(9, 5u), HepFrames.Chunk(10, fraction), HepFrames.Chunk(15, "x"u8.ToArray()))));

    [Theory, InlineData(64, "x"), InlineData(65, "TooManyChunks at 0")]
    public void Chunks_are_bounded(int chunks, string read) =>
        Check([HepFrames.Frame([.. Enumerable.Repeat(HepFrames.Chunk(999, []), chunks - 1), HepFrames.Chunk(15, "x"u8.ToArray())])], read);

    /// <summary>Moving the buffer for each step would read the stream in steps as small.</summary>
    [Theory, InlineData("HEP3"), InlineData("HEP3\u00ff\u00ff\0"), InlineData("HEP3\0\u0006\0"), InlineData("\u0001\u0010\u0002"),
        InlineData("\u0001\u0010\u0002\0"), InlineData("\u0002\u001c\u0002"), InlineData("\u0002\u001c\u0002\0\0\0\0"), InlineData("H"), InlineData("\u0002")]
    public void Garbage_is_read_in_large_pieces(string fragment)
    {
        var garbage = Encoding.Latin1.GetBytes(string.Concat(Enumerable.Repeat(fragment, 2_000_000 / fragment.Length)));
        using var stream = new PiecemealStream(garbage, int.MaxValue - 1);
        Read(stream);
        Assert.InRange(stream.Reads, 1, 200);
    }

    [Theory, InlineData("a1b2c3d4"), InlineData("d4c3b2a1"), InlineData("a1b23c4d"), InlineData("4d3cb2a1"), InlineData("0a0d0d0a")]
    public void Packet_capture_is_refused_by_name_and_not_searched(string magic) =>
        Check([Convert.FromHexString(magic), new byte[20], A], "PacketCapture at 0");

    [Fact]
    public void Unknown_chunks_are_passed_over() =>
        Check([HepFrames.Frame(HepFrames.Chunk(9, 5u), HepFrames.Chunk(15, "not ours"u8.ToArray(), vendor: 1),
            HepFrames.Chunk(999, "?"u8.ToArray()), HepFrames.Chunk(15, "x"u8.ToArray()))], "x");

    [Fact]
    public void Time_and_capture_id_are_read()
    {
        var reader = new HepReader(new MemoryStream(HepFrames.Frame("a", micros: 4_294_967_295_999_999, captureId: 4_294_967_295)), SipStream.TryFindLength);
        Assert.True(reader.TryRead(out var frame, out _));
        Assert.Equal((4_294_967_295_999_999, 4_294_967_295u), (frame.TimeMicros, frame.CaptureId));
    }

    [Theory, InlineData(3, 4, "0a000001", "0a000002"), InlineData(5, 6, "20010db8000000000000000000000001", "20010db8000000000000000000000002")]
    public void Both_ends_are_read(int source, int destination, string from, string to)
    {
        var reader = new HepReader(new MemoryStream(HepFrames.Frame(
            HepFrames.Chunk(source, Convert.FromHexString(from)), HepFrames.Chunk(destination, Convert.FromHexString(to)),
            HepFrames.Chunk(7, [0x13, 0xc4]), HepFrames.Chunk(8, [0xff, 0xff]), HepFrames.Chunk(14, "secret"u8.ToArray()))), SipStream.TryFindLength);
        Assert.True(reader.TryRead(out var frame, out _));
        Assert.Equal((from, 5060, to, 65_535), (Hex(frame.Source), frame.Source.Port, Hex(frame.Destination), frame.Destination.Port));
        Assert.Equal("secret", Encoding.UTF8.GetString(frame.AuthenticateKey));
    }

    [Fact]
    public void Address_of_another_length_is_none()
    {
        Assert.True(new HepReader(new MemoryStream(HepFrames.Frame(HepFrames.Chunk(3, new byte[5]), HepFrames.Chunk(7, [1]))), SipStream.TryFindLength)
            .TryRead(out var frame, out _));
        Assert.Equal(("", 0), (Hex(frame.Source), frame.Source.Port));
    }

    [Fact]
    public void Stream_that_comes_in_pieces_gives_the_same()
    {
        byte[][] frames = [.. Enumerable.Range(0, 50).Select(i => HepFrames.Frame(new string('x', i * 700)))];
        foreach (var most in new[] { 1, 7, 1000, 70_000 })
            Assert.Equal(frames.Length, Read(new PiecemealStream(frames.SelectMany(f => f).ToArray(), most)).Count(line => line.All(c => c == 'x')));
    }

    [Fact]
    public void Any_bytes_end() => Gen.Byte.Array[0, 200].Sample(bytes => { Read(new MemoryStream(bytes)); });

    [Fact]
    public void Length_that_takes_in_the_next_frame_costs_its_frame_and_no_other() =>
        Check([A, HepFrames.WithLength(B, B.Length + C.Length), C, A], "a", $"BadLength at {A.Length}", "c", "a");

    [Fact]
    public void One_wrong_byte_costs_one_frame() => Gen.Select(Gen.UShort, Gen.Byte).Sample((at, value) =>
    {
        byte[] stream = [.. Enumerable.Range(0, 300).SelectMany(i => HepFrames.Frame(Number(i)))];
        stream[at % stream.Length] = value;
        Assert.InRange(Read(new MemoryStream(stream)).Intersect(Enumerable.Range(0, 300).Select(Number)).Count(), 299, 300);
    });

    [Fact]
    public void Mutilated_stream_ends() => Gen.Select(Gen.UShort, Gen.Byte).Array[1, 30].Sample(blows =>
    {
        byte[] stream = [.. Enumerable.Range(0, 100).SelectMany(i => HepFrames.Frame(Number(i)))];
        foreach (var (at, value) in blows) stream[at % stream.Length] = value;
        Read(new MemoryStream(stream));
    });

    [Fact]
    public void Reading_holds_one_buffer_whatever_the_length()
    {
        var frames = Enumerable.Repeat(HepFrames.Frame(new string('x', 1000)), 10_000).SelectMany(f => f);
        var reader = new HepReader(new MemoryStream([.. frames]), SipStream.TryFindLength);
        var before = GC.GetAllocatedBytesForCurrentThread();
        while (reader.TryRead(out _, out _)) { }
        // The runtime hands out memory by the chunk: a buffer a frame would be 10 MB.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 * 1024);
    }

    private static (long, byte) Header(byte[] frame)
    {
        Assert.True(new HepReader(new MemoryStream(frame), SipStream.TryFindLength).TryRead(out var read, out var failure));
        Assert.Equal(HepFailure.None, failure);
        return (read.TimeMicros, read.ProtocolType);
    }

    internal static string Hex(HepEndpoint end) => Convert.ToHexStringLower(end.Address);

    private static string Number(int i) => i.ToString("d3", CultureInfo.InvariantCulture);

    private static void Check(byte[][] stream, params string[] wanted) => Assert.Equal(wanted, Read(new MemoryStream([.. stream.SelectMany(b => b)])));

    internal static List<string> Read(Stream stream)
    {
        var (reader, lines) = (new HepReader(stream, SipStream.TryFindLength), new List<string>());
        while (reader.TryRead(out var frame, out var failure))
            lines.Add(failure == HepFailure.None ? Encoding.Latin1.GetString(frame.Payload) : $"{failure} at {reader.Position}");
        return lines;
    }
}
