using System.Text;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Sip;

namespace Dlgs.Streams.Tests.Sip;

/// <summary>
/// Each table has a line a case: what stands in place of a header field of a plain INVITE, and what is read: "field=value", or the name of
/// the failure. In the tables ¶ is a line end and → a tab.
/// </summary>
public sealed class SipReaderTests
{
    private static readonly (string Name, string Line)[] Plain =
    [
        ("start", "INVITE sip:bob@example.net SIP/2.0"),
        ("Via", "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1"),
        ("From", "From: \"Alice\" <sip:alice@example.net>;tag=a"),
        ("To", "To: <sip:bob@example.net>"),
        ("Call-ID", "Call-ID: c1@192.0.2.1"),
        ("CSeq", "CSeq: 7 INVITE"),
        ("other", "Max-Forwards: 70"),
    ];

    [Fact]
    public void Plain_invite_is_read_whole() => Assert.Equal(
        new ReadSip(SipFailure.None, "c1@192.0.2.1", "a", "", "Invite", 0, 7, "z9hG4bK1", null, 1, "sip:alice@example.net", "sip:bob@example.net", 0, false),
        ReadSip.Of(With("other", "X: y")));

    [Theory]
    [InlineData("From: <sip:a@x>;tag=1", "from=sip:a@x", "from-tag=1")]
    [InlineData("From:<sip:a@x>;tag=1", "from=sip:a@x", "from-tag=1")]
    [InlineData("f: sip:a@x;tag=1", "from=sip:a@x", "from-tag=1")]
    [InlineData("F  →: sip:a@x ; TAG = 1", "from=sip:a@x", "from-tag=1")]
    [InlineData("fRoM : Alice <sip:a@x> ; tag=1", "from=sip:a@x", "from-tag=1")]
    [InlineData("From: <sip:a@x;tag=uri>", "from=sip:a@x;tag=uri", "from-tag=")]
    [InlineData("From: <sip:a@x;tag=uri>;tag=1", "from-tag=1")]
    [InlineData("From: <sip:a@x?Subject=a%3Db;tag=u>;tag=1", "from=sip:a@x?Subject=a%3Db;tag=u", "from-tag=1")]
    [InlineData("From: <sip:a@x>", "from-tag=")]
    [InlineData("From: <sip:a@x>;tag", "from-tag=")]
    [InlineData("From: <sip:a@x>;tag=", "from-tag=")]
    [InlineData("From: <sip:a@x>;tagged=2;xtag=3;tag=1;tag=4", "from-tag=1")]
    [InlineData("From: <sip:a@x>;tag=\"1 2\"", "from-tag=1 2")]
    [InlineData("From: <sip:a@x>;note=\"a;tag=2,b\\\";tag=3\";tag=1", "from-tag=1")]
    [InlineData("From: \"A, B; tag=2 <sip:c@x>\" <sip:a@x>;tag=1", "from=sip:a@x", "from-tag=1")]
    [InlineData("From: \"\\\"A\\\\\" <sip:a@x>;tag=1", "from=sip:a@x", "from-tag=1")]
    [InlineData("From: Grüße aus Köln ☎ <sip:a@x>;tag=1", "from=sip:a@x", "from-tag=1")]
    [InlineData("From: <sip:köln@x>;tag=ß", "from=sip:köln@x", "from-tag=ß")]
    [InlineData("From: \"Alice\"¶  <sip:a@x>¶→;¶ tag¶ =¶ 1", "from=sip:a@x", "from-tag=1")]
    [InlineData("From: tel:+1-201-555-0123;tag=1", "from=tel:+1-201-555-0123", "from-tag=1")]
    [InlineData("From: <tel:+1-201;phone-context=x>;tag=1", "from=tel:+1-201;phone-context=x")]
    [InlineData("From: <sip:[2001:db8::9]:5060>;tag=1", "from=sip:[2001:db8::9]:5060", "from-tag=1")]
    [InlineData("From: < sip:a@x >;tag=1", "from=sip:a@x")]
    [InlineData("From: <sip:a@x>;tag=1¶From: <sip:b@x>;tag=2", "from=sip:a@x", "from-tag=1")]
    [InlineData("From: \"oops <sip:a@x>;tag=1", "Unclosed")]
    [InlineData("From: \"oops\\\" <sip:a@x>;tag=1", "Unclosed")]
    [InlineData("From: <sip:a@x;tag=1", "Unclosed")]
    [InlineData("From: <sip:a@x>;note=\"x;tag=1", "Unclosed")]
    [InlineData("X-From: <sip:a@x>;tag=1", "NoFrom")]
    public void From_is_read(string line, params string[] wanted) => Check("From", line, wanted);

    [Theory]
    [InlineData("t: <sip:b@x>;tag=2", "to=sip:b@x", "to-tag=2")]
    [InlineData("TO   :   sip:b@x", "to=sip:b@x", "to-tag=")]
    [InlineData("Tot: <sip:b@x>", "NoTo")]
    public void To_is_read(string line, params string[] wanted) => Check("To", line, wanted);

    [Theory]
    [InlineData("v: SIP/2.0/UDP h;branch=1", "branch=1", "parent=none", "vias=1")]
    [InlineData("vIa:SIP/2.0/UDP h;BRANCH=z", "branch=z")]
    [InlineData("Via: SIP/2.0/UDP h;rport", "branch=", "parent=none", "vias=1")]
    [InlineData("Via: SIP/2.0/UDP h;branch=1, SIP/2.0/TCP h;branch=2 ,SIP/2.0/TLS h;branch=3", "branch=1", "parent=2", "vias=3")]
    [InlineData("Via: SIP/2.0/UDP h;branch=1,SIP/2.0/UDP h;branch=2¶v: SIP/2.0/UDP h;branch=3", "branch=1", "parent=2", "vias=3")]
    [InlineData("Via: SIP/2.0/UDP h;branch=1¶X: y¶Via: SIP/2.0/UDP h", "branch=1", "parent=", "vias=2")]
    [InlineData("Via  : SIP / 2.0¶ /UDP¶    192.0.2.2 ;¶ branch  =¶  390skdjuw ¶  ,¶ SIP  /    2.0   / TCP  h   ; branch=¶ z2",
        "branch=390skdjuw", "parent=z2", "vias=2")]
    [InlineData("Via: SIP/2.0/UDP h;note=\"a,b;branch=9\\\",\";branch=1", "branch=1", "vias=1")]
    [InlineData("Via: SIP/2.0/UDP [2001:db8::1]:5060;received=2001:db8::9:1;rport=5060;branch=1", "branch=1", "vias=1")]
    [InlineData("Via: SIP/2.0/UDP h;branch=\"1\"", "branch=1")]
    [InlineData("Via: ,, SIP/2.0/UDP h;branch=1 ,", "branch=1", "vias=1")]
    [InlineData("Via: SIP/2.0/UDP h;;branch=1;;", "branch=1")]
    [InlineData("Via: SIP/2.0/UDP h;note=\"x;branch=1", "Unclosed")]
    [InlineData("Via: ", "NoVia")]
    [InlineData("Viaduct: SIP/2.0/UDP h;branch=1", "NoVia")]
    public void Vias_are_read_top_first(string line, params string[] wanted) => Check("Via", line, wanted);

    [Theory]
    [InlineData("i: c", "call-id=c")]
    [InlineData("CALL-ID:c", "call-id=c")]
    [InlineData("cAlL-Id :c", "call-id=c")]
    [InlineData("Call-ID: ¶ c@d", "call-id=c@d")]
    [InlineData("Call-ID: 5pwuxc%40kjr9!~*'`\"<[]>\\/?{}.(92abu)+-_%25@u.example", "call-id=5pwuxc%40kjr9!~*'`\"<[]>\\/?{}.(92abu)+-_%25@u.example")]
    [InlineData("Call-ID: c¶Call-ID: d", "call-id=c")]
    [InlineData("Call-ID: ", "NoCallId")]
    [InlineData("Call-IDs: c", "NoCallId")]
    public void Call_id_is_read_as_it_is(string line, params string[] wanted) => Check("Call-ID", line, wanted);

    [Theory]
    [InlineData("CSeq: 1 INVITE", "cseq=1", "method=Invite")]
    [InlineData("cseq:0009¶  INVITE", "cseq=9")]
    [InlineData("CSeq:¶ 1¶→invite ", "cseq=1", "method=Invite")]
    [InlineData("CSeq: 2147483647 INVITE", "cseq=2147483647")]
    [InlineData("CSeq: 2147483648 INVITE", "CSeqOutOfRange")]
    [InlineData("CSeq: 36893488147419103232 INVITE", "CSeqOutOfRange")]
    [InlineData("CSeq: -1 INVITE", "NoCSeq")]
    [InlineData("CSeq: one INVITE", "NoCSeq")]
    [InlineData("CSeq: 1", "NoCSeq")]
    [InlineData("CSeq: 1INVITE", "NoCSeq")]
    [InlineData("CSeq: 1 INVITE INVITE", "NoCSeq")]
    [InlineData("CSeq:", "NoCSeq")]
    [InlineData("CSeq: 1 BYE", "MethodMismatch")]
    [InlineData("CSeq: 1 INVITES", "MethodMismatch")]
    public void CSeq_is_read(string line, params string[] wanted) => Check("CSeq", line, wanted);

    [Theory]
    [InlineData("invite sip:b@x SIP/2.0", "method=Invite", "status=0")]
    [InlineData("INVITE sip:b@x sip/2.0", "method=Invite")]
    [InlineData("INVITE   sip:b@x→SIP/2.0  ", "method=Invite")]
    [InlineData("¶¶INVITE sip:b@x SIP/2.0", "method=Invite")]
    [InlineData("SIP/2.0 100 Trying", "status=100", "method=Invite")]
    [InlineData("SIP/2.0 183 Sitzung läuft", "status=183")]
    [InlineData("SIP/2.0 699", "status=699")]
    [InlineData("SIP/2.0 99 No", "StatusOutOfRange")]
    [InlineData("SIP/2.0 700 No", "StatusOutOfRange")]
    [InlineData("SIP/2.0 4294967301 No", "StatusOutOfRange")]
    [InlineData("SIP/2.0 ABC No", "NotSip")]
    [InlineData("SIP/2.0", "NotSip")]
    [InlineData("SIP/7.0 200 OK", "NotSip")]
    [InlineData("INVITE sip:b@x SIP/7.0", "NotSip")]
    [InlineData("INVITE SIP/2.0", "NotSip")]
    [InlineData("GET / HTTP/1.1", "NotSip")]
    public void Start_line_is_read(string line, params string[] wanted) => Check("start", line, wanted);

    [Theory]
    [InlineData("Session-Expires: 1800;refresher=uac", "expires=1800")]
    [InlineData("x:90", "expires=90")]
    [InlineData("X : ¶ 90 ;refresher=uas", "expires=90")]
    [InlineData("Session-Expires: soon", "expires=0")]
    [InlineData("Session-Expires: 99999999999", "expires=0")]
    [InlineData("no header field at all", "expires=0", "vias=1")]
    public void Session_timer_is_read(string line, params string[] wanted) => Check("other", line, wanted);

    [Theory, InlineData("INVITE", SipMethod.Invite), InlineData("aCk", SipMethod.Ack), InlineData("CANCEL", SipMethod.Cancel), InlineData("Bye", SipMethod.Bye),
        InlineData("update", SipMethod.Update), InlineData("PRACK", SipMethod.Other), InlineData("RE%47IST%45R", SipMethod.Other)]
    public void Method_is_known_in_any_case(string method, SipMethod wanted) =>
        Assert.Equal(wanted.ToString(),
            ReadSip.Of(With("start", $"{method} sip:b@x SIP/2.0").Replace("7 INVITE", $"7 {method.ToUpperInvariant()}", StringComparison.Ordinal)).Method);

    [Fact]
    public void Line_feeds_alone_end_lines() =>
        Assert.Equal(ReadSip.Of(With("other", "X: y")), ReadSip.Of(With("other", "X: y").Replace("\r\n", "\n", StringComparison.Ordinal)));

    [Fact]
    public void Of_a_datagram_the_first_message_is_read() =>
        Assert.Equal(ReadSip.Of(With("other", "X: y")),
            ReadSip.Of(With("other", "X: y") + "Via: no header field of this one\r\n\r\n" + With("Call-ID", "Call-ID: second")));

    [Theory, InlineData(""), InlineData("\r\n\r\n"), InlineData("\0\0\0\0"), InlineData("INVITE"), InlineData("\n")]
    public void Keepalive_is_no_sip(string datagram) => Assert.Equal(SipFailure.NotSip, ReadSip.Of(datagram).Failure);

    [Theory]
    [InlineData("Call-ID", "Call-ID: ", 256)]
    [InlineData("From", "From: <sip:a@x>;tag=", 128)]
    [InlineData("To", "To: <sip:a@x>;tag=", 128)]
    [InlineData("From", "From: ", 1024)]
    [InlineData("To", "To: ", 1024)]
    public void Field_beyond_its_limit_is_refused_by_name(string field, string before, int limit)
    {
        Assert.Equal(SipFailure.None, ReadSip.Of(With(field, before + new string('x', limit))).Failure);
        Assert.Equal(SipFailure.FieldTooLong, ReadSip.Of(With(field, before + new string('x', limit + 1))).Failure);
        Assert.Equal(SipFailure.None,
            ReadSip.Of(Encoding.UTF8.GetBytes(With(field, before + new string('x', limit + 1))), new FieldLimits(limit + 1, limit + 1, limit + 1)).Failure);
    }

    [Fact]
    public void Long_branch_is_cut_and_shows()
    {
        var read = ReadSip.Of(With("Via", "Via: SIP/2.0/UDP h;branch=" + new string('b', Bounds.BranchBytes + 1)));
        Assert.Equal((SipFailure.None, new string('b', Bounds.BranchBytes), true), (read.Failure, read.Branch, read.Overflow));
        Assert.False(ReadSip.Of(With("Via", "Via: SIP/2.0/UDP h;branch=" + new string('b', Bounds.BranchBytes))).Overflow);
    }

    [Theory, InlineData(70, 70, false), InlineData(71, 70, true), InlineData(2000, 70, true)]
    public void Vias_beyond_seventy_are_not_counted_and_show(int vias, int counted, bool overflow)
    {
        var read = ReadSip.Of(With("Via", "Via: " + string.Join(',', Enumerable.Range(0, vias).Select(i => $"SIP/2.0/UDP h;branch={i}"))));
        Assert.Equal((SipFailure.None, "0", "1", counted, overflow), (read.Failure, read.Branch, read.Parent, read.Vias, read.Overflow));
    }

    [Theory, InlineData("Call-ID: c~"), InlineData("From: <sip:a@x>;tag=~"), InlineData("To: <sip:~@x>"), InlineData("Via: SIP/2.0/UDP h;branch=~")]
    public void Kept_field_that_is_not_utf8_is_refused_by_name(string line)
    {
        var datagram = Encoding.UTF8.GetBytes(With(line[..line.IndexOf(':', StringComparison.Ordinal)], line));
        datagram.AsSpan().Replace((byte)'~', (byte)0xff);
        Assert.Equal(SipFailure.NotUtf8, ReadSip.Of(datagram).Failure);
    }

    [Fact]
    public void Reading_allocates_nothing()
    {
        var (datagram, limits) = (Encoding.UTF8.GetBytes(With("other", "Session-Expires: 90")), new FieldLimits());
        SipReader.Read(datagram, limits, out _);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) SipReader.Read(datagram, limits, out _);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static void Check(string field, string line, string[] wanted)
    {
        var read = ReadSip.Of(With(field, line));
        foreach (var want in wanted)
        {
            var equals = want.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0) Assert.Equal(want, read.Failure.ToString());
            else Assert.Equal((SipFailure.None, want), (read.Failure, $"{want[..equals]}={read.Field(want[..equals])}"));
        }
    }

    /// <summary>The plain INVITE with another line in place of one of its own.</summary>
    private static string With(string field, string line) =>
        string.Concat(Plain.Select(plain => plain.Name == field ? Unfold(line) + "\r\n" : plain.Line + "\r\n")) + "\r\nv=0\r\n";

    private static string Unfold(string line) => line.Replace("¶", "\r\n", StringComparison.Ordinal).Replace('→', '\t');
}
