using System.Net;
using System.Text;
using Dlgs.Streams.Tests.Hep;

namespace Dlgs.Streams.Tests.Gateway;

/// <summary>SIP messages as a capture agent mirrors them.</summary>
internal sealed record Mirrored
{
    public string Text { get; init; } = Invite("a");
    public uint CaptureId { get; init; } = 2001;
    /// <summary>Null: the frame has no time.</summary>
    public DateTimeOffset? At { get; init; } = Now;
    public string? Key { get; init; }
    public byte Protocol { get; init; } = 1;
    public bool IsTcp { get; init; }
    public ushort SourcePort { get; init; } = 5060;
    /// <summary>In place of the text.</summary>
    public byte[]? Compressed { get; init; }

    /// <summary>Of the clock in these tests.</summary>
    public static DateTimeOffset Now { get; } = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);

    public byte[] Frame => HepFrames.Frame(
    [
        HepFrames.Chunk(1, [2]), HepFrames.Chunk(2, [(byte)(IsTcp ? 6 : 17)]),
        HepFrames.Chunk(3, IPAddress.Parse("10.0.0.1").GetAddressBytes()), HepFrames.Chunk(4, IPAddress.Parse("10.0.0.2").GetAddressBytes()),
        HepFrames.Chunk(7, [(byte)(SourcePort >> 8), (byte)SourcePort]), HepFrames.Chunk(8, [0x13, 0xc4]),
        .. At is { } at ? (byte[][])[HepFrames.Chunk(9, (uint)at.ToUnixTimeSeconds()), HepFrames.Chunk(10, (uint)at.Millisecond * 1000)] : [],
        HepFrames.Chunk(11, [Protocol]), HepFrames.Chunk(12, CaptureId),
        .. Key is null ? (byte[][])[] : [HepFrames.Chunk(14, Encoding.UTF8.GetBytes(Key))],
        Compressed is { } bytes ? HepFrames.Chunk(16, bytes) : HepFrames.Chunk(15, Encoding.UTF8.GetBytes(Text)),
    ]);

    public static string Invite(string callId, string body = "") =>
        $"INVITE sip:b@x SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nFrom: <sip:alice@x>;tag=f\r\nTo: <sip:bob@x>\r\nCall-ID: {callId}\r\n"
            + $"CSeq: 1 INVITE\r\nContent-Length: {body.Length}\r\n\r\n{body}";
}
