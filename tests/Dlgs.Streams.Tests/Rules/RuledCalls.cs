using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Recordings;
using Dlgs.Streams.Rules;
using Dlgs.Streams.Sip;
using Dlgs.Streams.Tests.Hep;

namespace Dlgs.Streams.Tests.Rules;

/// <summary>Whole calls with rules, through the core: attributes are of the call, whatever of it is seen, and in which order.</summary>
public sealed class RuledCalls
{
    private const string Rules = """
        {
          "src": ["{P-Asserted-Identity number}", "{From number}"], "dst": ["{Request-URI number}", "{To number}"], "data": ["srcip={source-address}"],
          "tags": [{ "value": "trunk", "source_address": ["192.0.2.0/24"] }],
          "numbers": { "country": "49" }
        }
        """;

    private const string Caller = "192.0.2.1", Proxy = "198.51.100.1", Callee = "203.0.113.9";
    private const string Alice = "From: <sip:03011111@a.example>;tag=a\r\nTo: <sip:03022222@b.example>";
    private const string AliceToBob = Alice + ";tag=b";
    private const string BobToAlice = "From: <sip:03022222@b.example>;tag=b\r\nTo: <sip:03011111@a.example>;tag=a";

    private const string Bob = "\r\nP-Asserted-Identity: <tel:+4930777777>";

    private static readonly byte[] Invite = Message(0, Caller, Proxy, "INVITE sip:03022222@b.example", Alice, "1 INVITE", "v1");
    private static readonly byte[] InviteSentOn = Message(1, Proxy, Callee, "INVITE sip:030888888@192.0.2.77", Alice, "1 INVITE", "v2", "v1");
    private static readonly byte[] Answer = Message(2, Callee, Proxy, "SIP/2.0 200", AliceToBob, "1 INVITE" + Bob, "v2", "v1");
    private static readonly byte[] AnswerSentOn = Message(2, Proxy, Caller, "SIP/2.0 200", AliceToBob, "1 INVITE" + Bob, "v1");
    private static readonly byte[] Ack = Message(3, Caller, Proxy, "ACK sip:b@203.0.113.9", AliceToBob, "1 ACK", "v3");
    private static readonly byte[] Reinvite = Message(4, Callee, Proxy, "INVITE sip:a@192.0.2.1", BobToAlice, "1 INVITE" + Bob, "w1");
    private static readonly byte[] ReinviteAnswer = Message(5, Proxy, Callee, "SIP/2.0 200", BobToAlice, "1 INVITE", "w1");
    private static readonly byte[] Bye = Message(6, Callee, Proxy, "BYE sip:a@192.0.2.1", BobToAlice, "2 BYE", "w2");

    private static readonly byte[][] Call = [Invite, InviteSentOn, Answer, AnswerSentOn, Ack, Reinvite, ReinviteAnswer, Bye];

    [Fact]
    public void Call_is_counted_under_what_its_first_INVITE_says_and_no_request_of_the_callee_changes_it()
    {
        var dialog = Assert.Single(Fold(Call));
        Assert.Equal(("+493011111", "+493022222", "srcip=192.0.2.1", "trunk"), Attributes(dialog));
        Assert.Equal((DialogState.Terminated, Party.Callee), (dialog.State, dialog.EndedBy));
    }

    [Fact]
    public void Order_does_not_matter()
    {
        var random = new Random(17);
        for (var i = 0; i < 100; i++)
            Assert.Equal(("+493011111", "+493022222", "srcip=192.0.2.1", "trunk"), Attributes(Assert.Single(Fold([.. Call.OrderBy(_ => random.Next())]))));
    }

    [Fact]
    public void Call_whose_INVITE_was_missed_is_counted_under_the_same()
    {
        // Whose call it is shows after the hold time.
        var dialog = Assert.Single(Fold([Answer, AnswerSentOn, Ack, Reinvite, ReinviteAnswer], expire: true));
        Assert.True(dialog.Adopted);
        Assert.Equal(("+493011111", "+493022222", "srcip=192.0.2.1", ""), Attributes(dialog));
    }

    [Fact]
    public void What_only_a_later_hop_says_counts_before_a_default()
    {
        var asserted = Message(1, Proxy, Callee, "INVITE sip:x@y", Alice, "1 INVITE\r\nP-Asserted-Identity: <tel:+4930333333>", "v2", "v1");
        Assert.Equal("+4930333333", Assert.Single(Fold([Invite, asserted, AnswerSentOn], """{ "src": ["{P-Asserted-Identity number}"] }""")).Src);
    }

    [Fact]
    public void Later_hop_does_not_count_before_what_the_first_gave()
    {
        var asserted = Message(1, Proxy, Callee, "INVITE sip:x@y", Alice, "1 INVITE\r\nP-Asserted-Identity: <tel:+4930333333>", "v2", "v1");
        Assert.Equal("+493011111", Assert.Single(Fold([Invite, asserted, AnswerSentOn])).Src);
    }

    private static List<Dialog> Fold(byte[][] frames, string rules = Rules, bool expire = false)
    {
        using var recording = new Recording(new MemoryStream([.. frames.SelectMany(frame => frame)]), new FieldLimits(), new RuleRun(Applied.Rules(rules)));
        return Inspection.Of(recording, expire).Dialogs();
    }

    private static (string Src, string Dst, string Data, string Tags) Attributes(Dialog dialog) =>
        (dialog.Src, dialog.Dst, dialog.Data, string.Join(' ', dialog.Tags));

    private static byte[] Message(int second, string from, string to, string start, string parties, string cseq, params string[] vias)
    {
        var text = $"{start}{(start.StartsWith("SIP", StringComparison.Ordinal) ? " x" : " SIP/2.0")}\r\n"
            + string.Concat(vias.Select(via => $"Via: SIP/2.0/UDP h;branch={via}\r\n")) + $"{parties}\r\nCall-ID: c\r\nCSeq: {cseq}\r\n\r\n";
        return HepFrames.Frame(
            HepFrames.Chunk(3, System.Net.IPAddress.Parse(from).GetAddressBytes()), HepFrames.Chunk(4, System.Net.IPAddress.Parse(to).GetAddressBytes()),
            HepFrames.Chunk(9, (uint)(1_000_000_000 + second)), HepFrames.Chunk(12, 7), HepFrames.Chunk(15, System.Text.Encoding.UTF8.GetBytes(text)));
    }
}
