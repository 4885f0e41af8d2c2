using System.Text;
using CsCheck;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Recordings;
using Dlgs.Streams.Records;
using Dlgs.Streams.Shared;
using Dlgs.Streams.Sip;
using Google.Protobuf;

namespace Dlgs.Streams.Tests.Records;

/// <summary>Events as the gateway writes them, without a protobuf object: as Google.Protobuf would.</summary>
public sealed class SipEventWriterTests
{
    private const string Invite = """
        INVITE sip:b@x SIP/2.0
        Via: SIP/2.0/UDP p;branch=z9hG4bK-2, SIP/2.0/UDP q;branch=z9hG4bK-1
        v: SIP/2.0/UDP old
        From: <sip:a@x>;tag=f
        To: <sip:b@x>;tag=t
        Call-ID: c@x
        CSeq: 7 INVITE
        Session-Expires: 1800

        """;

    [Fact]
    public void Every_field_of_a_message_is_in_its_event() => Assert.Equal(
        new SipEvent
        {
            CallId = "c@x", FromTag = "f", ToTag = "t", Method = "INVITE", Cseq = 7, ViaBranches = { "z9hG4bK-2", "z9hG4bK-1", "" }, TimeUnixUs = 12,
            Proxy = "edge", FromUri = "sip:a@x", ToUri = "sip:b@x", SessionExpires = 1800,
        },
        Write(Invite));

    [Theory, InlineData("CSeq: 7 info", "INFO"), InlineData("CSeq: 7 invite", "INVITE"), InlineData("CSeq: 7 Größe", "GRöße")]
    public void Method_of_a_response_is_the_one_that_it_answers_in_capitals(string cseq, string method)
    {
        var read = Write(Invite.Replace("INVITE sip:b@x SIP/2.0", "SIP/2.0 200 OK").Replace("CSeq: 7 INVITE", cseq));
        Assert.Equal((method, 200u), (read.Method, read.Status));
    }

    [Theory, InlineData(69, 69), InlineData(70, 70), InlineData(71, 71), InlineData(300, 71)]
    public void One_Via_more_than_count_says_that_there_are_more(int vias, int written)
    {
        var read = Write(Invite.Replace("v: SIP/2.0/UDP old", "v:" + string.Join(',', Enumerable.Range(0, vias - 2).Select(i => $"SIP/2.0/UDP h;branch={i}"))));
        Assert.Equal((written, written > 70 ? "" : $"{written - 3}"), (read.ViaBranches.Count, read.ViaBranches[^1]));
    }

    [Fact]
    public void Operators_attributes_and_tags_are_written_where_they_are_set()
    {
        SipReader.Read(Encoding.UTF8.GetBytes(Invite), new FieldLimits(), out var message);
        (message.HasSrc, message.HasDst, message.HasData) = (true, true, true);
        message.Src = "me"u8;
        message.Data = "ip=1"u8;
        message.TagText = "goldtrunk"u8;
        message.Tags = new[] { ..4, 4.. };
        var read = SipEvent.Parser.ParseFrom(new SipEventWriter().Write(message, Encoding.UTF8.GetBytes(Invite), default));
        Assert.Equal(("me", "", true, "ip=1"), (read.Src, read.Dst, read.HasDst, read.Data));
        Assert.Equal(["gold", "trunk"], read.Tags);
        Assert.False(Write(Invite).HasSrc);
    }

    [Fact]
    public void Recorded_messages_are_the_bytes_that_Google_Protobuf_writes()
    {
        var (writer, count) = (new SipEventWriter(), 0);
        foreach (var name in Judge.Names(""))
        {
            using var recording = Recording.Open(Judge.FileOf(name), new FieldLimits());
            while (recording.TryRead(out var frame))
                while (recording.TryTake(ref frame, out var message))
                {
                    var bytes = writer.Write(message, frame.Message, "hep-1"u8);
                    Assert.Equal(SipEvent.Parser.ParseFrom(bytes).ToByteArray(), bytes.ToArray());
                    count++;
                }
        }
        Assert.InRange(count, 5_000, int.MaxValue);
    }

    [Fact]
    public void Whatever_is_read_can_be_written() => Gen.Select(Gen.Int[0, 400], Gen.Byte).Array[0, 6].Sample(blows =>
    {
        var text = Encoding.UTF8.GetBytes(Invite);
        foreach (var (at, value) in blows) text[at % text.Length] = value;
        if (SipReader.Read(text, new FieldLimits(), out var message) != SipFailure.None) return;
        var bytes = new SipEventWriter().Write(message, text, default);
        Assert.Equal(SipEvent.Parser.ParseFrom(bytes).ToByteArray(), bytes.ToArray());
    });

    [Fact]
    public void Writing_allocates_nothing()
    {
        var (writer, text) = (new SipEventWriter(), Encoding.UTF8.GetBytes(Invite));
        SipReader.Read(text, new FieldLimits(), out var message);
        writer.Write(message, text, default);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) writer.Write(message, text, default);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static SipEvent Write(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Assert.Equal(SipFailure.None, SipReader.Read(bytes, new FieldLimits(), out var message));
        message.Time = new SipTime(12);
        return SipEvent.Parser.ParseFrom(new SipEventWriter().Write(message, bytes, "edge"u8));
    }
}
