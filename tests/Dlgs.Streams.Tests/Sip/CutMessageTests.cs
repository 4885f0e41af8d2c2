using System.Text;
using Dlgs.Streams.Sip;

namespace Dlgs.Streams.Tests.Sip;

/// <summary>Messages whose header does not end: cut by a capture agent, split over segments, or only without their last line end.</summary>
public sealed class CutMessageTests
{
    private const string To = "To: <sip:bob@example.net>\r\n";
    private const string CSeq = "CSeq: 7 INVITE\r\n";
    private const string Needed = "INVITE sip:bob@example.net SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1\r\n"
        + "From: \"Alice\" <sip:alice@example.net>;tag=a\r\n" + To + "Call-ID: c1@192.0.2.1\r\n" + CSeq;

    [Fact]
    public void Message_cut_anywhere_is_read_the_same_or_refused_by_name()
    {
        // The To-tag comes late: a message that lost it would be an attempt that nobody made.
        var whole = Encoding.UTF8.GetBytes(Needed.Replace(To, "", StringComparison.Ordinal) + "To: <sip:bob@example.net>;tag=b\r\n\r\n");
        var wanted = ReadSip.Of(whole);
        Assert.Equal("b", wanted.ToTag);
        for (var length = 0; length < whole.Length; length++)
        {
            var got = ReadSip.Of(whole.AsSpan(0, length));
            if (got.Failure == SipFailure.None) Assert.Equal(wanted, got);
        }
        Assert.Equal(SipFailure.Truncated, ReadSip.Of(whole.AsSpan(0, whole.Length - 5)).Failure);
    }

    [Theory]
    [InlineData("Contact: <sip:alice@192.0.2.1", "None")]
    [InlineData("Max-Forwards: 70", "None")]
    [InlineData("Conta", "None")]
    [InlineData("Content-Length: 0\r", "None")]
    [InlineData("Session-Expires: 18", "None")]
    [InlineData("To: <sip:bob@example.net>;ta", "Truncated")]
    [InlineData("Via: SIP/2.0/UDP h;branch=z9", "Truncated")]
    [InlineData("Call-ID: c1", "Truncated")]
    public void What_was_cut_behind_the_last_needed_field_loses_nothing(string end, string wanted)
    {
        var read = ReadSip.Of(Needed + end);
        Assert.Equal(wanted, read.Failure.ToString());
        if (wanted == "None") Assert.Equal(ReadSip.Of(Needed + "\r\n"), read);
    }

    [Theory, InlineData("CSeq: 7 INVITE", "None"), InlineData("CSeq: 7 INVIT", "Truncated"), InlineData("CSeq: 7", "Truncated"), InlineData("CS", "Truncated")]
    public void CSeq_without_its_line_end_is_read_where_its_method_is_whole(string end, string wanted)
    {
        var message = Needed.Replace(CSeq, "", StringComparison.Ordinal) + end;
        Assert.Equal(wanted, ReadSip.Of(message).Failure.ToString());
        var reply = message.Replace("INVITE sip:bob@example.net SIP/2.0", "SIP/2.0 180 Ringing", StringComparison.Ordinal);
        Assert.Equal(wanted, ReadSip.Of(reply).Failure.ToString());
    }

    [Theory, InlineData("x: 1800", 0), InlineData("x: 1800;refr", 1800)]
    public void Number_that_ends_with_the_text_is_not_believed(string end, uint wanted)
    {
        var read = ReadSip.Of(Needed + end);
        Assert.Equal((SipFailure.None, wanted), (read.Failure, read.SessionExpires));
    }
}
