using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Hep;
using Dlgs.Streams.Records;
using Dlgs.Streams.Shared;
using Dlgs.Streams.Sip;

namespace Dlgs.Streams.Benchmarks;

/// <summary>(I1) From a HEP frame to an encoded SipEvent, on one core, against copying the frame's bytes.</summary>
internal static class IngestBenchmark
{
    private const int Rounds = 15;
    /// <summary>What a frame is beside its payload.</summary>
    private const int Overhead = 99;

    public static void Run()
    {
        var invite = InviteFrame();
        Measure($"an INVITE of {invite.Length - Overhead} bytes with SDP", [.. Enumerable.Repeat(invite, 50_000)]);
        Measure("the recorded mix", RecordedFrames());
    }

    private static void Measure(string what, byte[][] frames)
    {
        var (encode, copy) = (new double[Rounds], new double[Rounds]);
        var (into, events) = (new byte[1 << 16], 0);
        for (var round = -3; round < Rounds; round++)
        {
            var times = (Time(() => events = Encode(frames)), Time(() => Copy(frames, into)));
            if (round >= 0) (encode[round], copy[round]) = times;
        }
        var (perFrame, perCopy) = (Median(encode) / frames.Length, Median(copy) / frames.Length);
        Console.WriteLine($"(I1) {what}: {frames.Length} frames of {frames.Average(f => f.Length):0} bytes, {events} events; medians of {Rounds} rounds");
        Console.WriteLine($"  frame to encoded event: {1e-6 / perFrame:0.00} M frames/s ({perFrame * 1e9:0} ns each, "
            + $"{1e-6 * frames.Length / encode.Max():0.00} to {1e-6 * frames.Length / encode.Min():0.00} M/s); aim 1.00");
        Console.WriteLine($"  ratio: {perFrame / perCopy:0.0} times as long as copying the bytes ({perCopy * 1e9:0} ns)");
    }

    internal static int Encode(byte[][] frames)
    {
        var (writer, limits, inflater, events) = (new SipEventWriter(), new FieldLimits(), new Inflater(), 0);
        foreach (var bytes in frames)
        {
            var frame = new HepFrame();
            if (HepVersion3.Read(bytes.AsSpan(HepVersion3.HeaderLength), ref frame) != HepFailure.None) continue;
            if (frame.IsCompressed && inflater.Inflate(frame.Payload, out frame.Payload) != HepFailure.None) continue;
            if (SipReader.Read(frame.Payload, limits, out var message) != SipFailure.None) continue;
            message.Time = new SipTime(frame.TimeMicros);
            if (writer.Write(message, frame.Payload, "hep-2001"u8).Length > 0) events++;
        }
        return events;
    }

    private static void Copy(byte[][] frames, byte[] into)
    {
        foreach (var frame in frames) frame.CopyTo(into, 0);
    }

    internal static byte[][] RecordedFrames()
    {
        var frames = new List<byte[]>();
        foreach (var name in Judge.Names(""))
        {
            using var file = new GZipStream(File.OpenRead(Judge.FileOf(name)), CompressionMode.Decompress);
            using var bytes = new MemoryStream();
            file.CopyTo(bytes);
            ReadOnlySpan<byte> rest = bytes.GetBuffer().AsSpan(0, (int)bytes.Length);
            for (; rest.Length >= HepVersion3.HeaderLength; rest = rest[HepVersion3.FrameLength(rest)..])
                frames.Add(rest[..HepVersion3.FrameLength(rest)].ToArray());
        }
        return [.. frames];
    }

    /// <summary>As Kamailio's siptrace mirrors one of a softphone.</summary>
    internal static byte[] InviteFrame()
    {
        const string sdp = "v=0\r\no=alice 2890844526 2890844526 IN IP4 192.0.2.101\r\ns=-\r\nc=IN IP4 192.0.2.101\r\nt=0 0\r\n"
            + "m=audio 49172 RTP/AVP 0 8 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\na=sendrecv\r\n";
        var text = "INVITE sip:+4930123456@biloxi.example.com SIP/2.0\r\n"
            + "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK8a6c.3e1f2a7.0\r\n"
            + "Via: SIP/2.0/UDP 192.0.2.101:5060;rport=5060;branch=z9hG4bKnashds8\r\n"
            + "Max-Forwards: 69\r\nFrom: \"Alice\" <sip:alice@atlanta.example.com>;tag=9fxced76sl\r\n"
            + "To: <sip:+4930123456@biloxi.example.com>\r\nCall-ID: 3848276298220188511@atlanta.example.com\r\nCSeq: 2 INVITE\r\n"
            + "Contact: <sip:alice@192.0.2.101:5060>\r\nUser-Agent: Softphone 5.6.1 (Linux 6.1.0; x86_64; build 2026.1)\r\n"
            + "Content-Type: application/sdp\r\nContent-Length: " + sdp.Length + "\r\n\r\n" + sdp;
        return FrameOf(Encoding.UTF8.GetBytes(text), 0x6b051234, 66_051);
    }

    /// <summary>By default without a time: a gateway takes its own.</summary>
    internal static byte[] FrameOf(byte[] payload, uint seconds = 0, uint micros = 0)
    {
        byte[] chunks =
        [
            .. Chunk(1, [2]), .. Chunk(2, [17]), .. Chunk(3, [192, 0, 2, 101]), .. Chunk(4, [192, 0, 2, 1]), .. Chunk(7, [0x13, 0xc4]),
            .. Chunk(8, [0x13, 0xc4]), .. Chunk(9, Number(seconds)), .. Chunk(10, Number(micros)), .. Chunk(11, [1]),
            .. Chunk(12, [0, 0, 7, 0xd1]), .. Chunk(15, payload),
        ];
        var length = HepVersion3.HeaderLength + chunks.Length;
        return [.. HepStart.Magic, (byte)(length >> 8), (byte)length, .. chunks];
    }

    private static byte[] Number(uint number) => [(byte)(number >> 24), (byte)(number >> 16), (byte)(number >> 8), (byte)number];

    private static byte[] Chunk(byte type, byte[] data) => [0, 0, 0, type, (byte)((data.Length + 6) >> 8), (byte)(data.Length + 6), .. data];

    private static double Time(Action action)
    {
        var start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);
}
