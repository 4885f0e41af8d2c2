using System.Text;

namespace Dlgs.Streams.Tests.Rules;

/// <summary>SIP messages with the header fields that a test is about.</summary>
internal static class SipTexts
{
    public static byte[] Invite(string fields = "", string uri = "sip:+4930111@gw.example.net", string from = "<sip:alice@example.com>",
        string to = "<sip:+4930222@example.net>", string toTag = "") =>
        Latin1($"INVITE {uri} SIP/2.0\r\n", from, to, toTag, fields, "INVITE");

    public static byte[] Reply(string fields = "", string from = "<sip:alice@example.com>", string to = "<sip:+4930222@example.net>") =>
        Latin1("SIP/2.0 180 Ringing\r\n", from, to, ";tag=b", fields, "INVITE");

    public static byte[] Request(string method, string from, string to) => Latin1($"{method} sip:x@y SIP/2.0\r\n", from, to, ";tag=b", "", method);

    /// <summary>Every character a byte, so that a test may have bytes that are not UTF-8; those that are stand there as they are.</summary>
    private static byte[] Latin1(string start, string from, string to, string toTag, string fields, string method) =>
        Encoding.Latin1.GetBytes($"{start}Via: SIP/2.0/UDP h;branch=z9hG4bK1\r\nFrom: {from};tag=a\r\nTo: {to}{toTag}\r\nCall-ID: c\r\nCSeq: 1 {method}\r\n"
            + string.Concat(fields.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(field => field + "\r\n")) + "\r\nv=0\r\nX-Body: no\r\n");
}
