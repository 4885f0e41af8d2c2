using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Dlgs.Streams.Tests.Recordings;

/// <summary>
/// Recorded frames as they would be behind a proxy that rewrites what it sends on: it hides the Vias below its own, or counts CSeqs on as one does
/// that answers a challenge itself. What the proxy sends on is told by its branches: a message with two Vias has one on top.
/// </summary>
internal sealed partial class RewritingProxy(bool hidesVias, bool countsOn)
{
    private const int ChunkHeader = 6;
    private const int PayloadChunk = 15;

    public List<byte[]> Rewrite(List<byte[]> frames)
    {
        var sentOn = frames.Select(Payload).Where(text => Vias().Count(text) > 1).Select(TopBranch).ToHashSet();
        return [.. frames.Select(frame => Payload(frame) is var text && sentOn.Contains(TopBranch(text)) ? WithPayload(frame, Rewrite(text)) : frame)];
    }

    private string Rewrite(string text)
    {
        if (hidesVias)
        {
            var first = true;
            text = Vias().Replace(text, via => first ? (first = false, via.Value).Value : "");
        }
        return countsOn
            ? CSeq().Replace(text, cseq =>
                string.Create(CultureInfo.InvariantCulture, $"CSeq: {int.Parse(cseq.Groups[1].ValueSpan, CultureInfo.InvariantCulture) + 1} "))
            : text;
    }

    private static string TopBranch(string text) => Branch().Match(text).Groups[1].Value;

    /// <summary>The message, one Via a line.</summary>
    private static string Payload(byte[] frame) =>
        Vias().Replace(Encoding.Latin1.GetString(frame[(FindPayload(frame) + ChunkHeader)..]),
            via => via.Value.Replace(",", "\r\nVia:", StringComparison.Ordinal));

    private static byte[] WithPayload(byte[] frame, string text)
    {
        var chunk = FindPayload(frame);
        byte[] rewritten = [.. frame[..(chunk + ChunkHeader)], .. Encoding.Latin1.GetBytes(text)];
        BinaryPrimitives.WriteUInt16BigEndian(rewritten.AsSpan(4), (ushort)rewritten.Length);
        BinaryPrimitives.WriteUInt16BigEndian(rewritten.AsSpan(chunk + 4), (ushort)(rewritten.Length - chunk));
        return rewritten;
    }

    /// <summary>Where the payload's chunk begins: in the recordings it is the last.</summary>
    private static int FindPayload(byte[] frame)
    {
        var at = ChunkHeader;
        while (BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(at + 2)) != PayloadChunk) at += BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(at + 4));
        return at;
    }

    [GeneratedRegex(@"^Via:[^\n]*\n", RegexOptions.Multiline)]
    private static partial Regex Vias();

    [GeneratedRegex(@"^Via:[^\n]*?;branch=([^;,\s]+)", RegexOptions.Multiline)]
    private static partial Regex Branch();

    [GeneratedRegex(@"^CSeq: *(\d+) ", RegexOptions.Multiline)]
    private static partial Regex CSeq();
}
