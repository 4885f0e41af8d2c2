using System.Text;
using CsCheck;
using Dlgs.Streams.Sip;

namespace Dlgs.Streams.Tests.Sip;

/// <summary>Pieces of a byte stream: what is a message in them, and what belongs to none. In the tables ¶ is a line end.</summary>
public sealed class SipStreamTests
{
    private const string Invite = "INVITE sip:b@x SIP/2.0¶Content-Length: 3¶¶v=0";
    private const string Bye = "BYE sip:b@x SIP/2.0¶l: 0¶¶";
    private const string Reply = "SIP/2.0 200 OK¶Content-Length : 0¶¶";

    [Theory]
    [InlineData(Bye, Bye)]
    [InlineData(Invite + Bye + Reply, Invite, Bye, Reply)]
    [InlineData(Bye + "¶¶" + Reply + "¶", Bye, Reply)]
    [InlineData("v=0¶a=x¶" + Bye, "v=0¶a=x¶", Bye)]
    [InlineData("v=0¶a=x", "v=0¶a=x")]
    [InlineData(Bye + "rest", Bye, "rest")]
    [InlineData("MESSAGE sip:b@x SIP/2.0¶Content-Length: 29¶¶" + Bye + Reply, "MESSAGE sip:b@x SIP/2.0¶Content-Length: 29¶¶" + Bye, Reply)]
    [InlineData("INVITE sip:b@x SIP/2.0¶Content-Length: 900¶¶v=0", "INVITE sip:b@x SIP/2.0¶Content-Length: 900¶¶v=0")]
    [InlineData("INVITE sip:b@x SIP/2.0¶X: y¶¶v=0¶" + Bye, "INVITE sip:b@x SIP/2.0¶X: y¶¶v=0¶" + Bye)]
    [InlineData("INVITE sip:b@x SIP/2.0¶Content-Length: 3¶X", "INVITE sip:b@x SIP/2.0¶Content-Length: 3¶X")]
    [InlineData("INVITE sip:b@x SIP/2.0¶Content-Length: 3¶Content-Length: 0¶¶v=0" + Bye,
        "INVITE sip:b@x SIP/2.0¶Content-Length: 3¶Content-Length: 0¶¶v=0", Bye)]
    [InlineData("GET / HTTP/1.1¶¶", "GET / HTTP/1.1¶¶")]
    public void Piece_is_taken_apart_by_content_length(string piece, params string[] wanted) =>
        Assert.Equal(wanted, Parts(piece.Replace("¶", "\r\n", StringComparison.Ordinal)));

    [Theory, InlineData("99999999999"), InlineData("4294967295"), InlineData("x"), InlineData("")]
    public void Length_that_cannot_be_takes_the_rest(string length) => Assert.Single(Parts($"BYE sip:b@x SIP/2.0\r\nl: {length}\r\n\r\nx"));

    [Fact]
    public void Parts_are_the_piece_but_for_empty_lines() => Gen.OneOf(
        Gen.Const(Invite), Gen.Const(Bye), Gen.Const(Reply), Gen.Const("¶¶"), Gen.Const("SIP/2.0 "), Gen.Const("l: 5¶"), Gen.String)
        .Array[0, 9].Sample(parts =>
    {
        var piece = string.Concat(parts).Replace("¶", "\r\n", StringComparison.Ordinal);
        Assert.Equal(Bare(piece), Bare(string.Concat(Parts(piece))));
    });

    private static string Bare(string text) => string.Concat(Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Where(c => c is not ('\r' or '\n' or '¶')));

    private static List<string> Parts(string piece)
    {
        ReadOnlySpan<byte> rest = Encoding.UTF8.GetBytes(piece);
        var parts = new List<string>();
        while (!rest.IsEmpty) parts.Add(Encoding.UTF8.GetString(SipStream.Take(ref rest)).Replace("\r\n", "¶", StringComparison.Ordinal));
        return parts;
    }
}
