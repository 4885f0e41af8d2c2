namespace Dlgs.Streams.Tests.Rules;

/// <summary>A source and a message, and what is taken.</summary>
public sealed class RuleRunTests
{
    private const string Nothing = "(nothing)";

    [Theory]
    [InlineData("{From uri}", "<sip:alice@example.com>", "sip:alice@example.com")]
    [InlineData("{From}", "\"A, B\" <sip:alice@Example.COM:5060;transport=tcp>;x=y", "alice@example.com")]
    [InlineData("{From user@host}", "sip:alice@example.com", "alice@example.com")]
    [InlineData("{From user}", "<sip:alice:secret@example.com>", "alice")]
    [InlineData("{From user}", "<sip:al%69ce@example.com>", "alice")]
    [InlineData("{From user}", "<sip:a%40b%0d%25@example.com>", "a%40b%0d%25")]
    [InlineData("{From user}", "<sip:a%ff@example.com>", "a%ff")]
    [InlineData("{From user}", "<sip:gr%c3%bc%c3%9fe@example.com>", "grüße")]
    [InlineData("{From user}", "<sip:example.com>", Nothing)]
    [InlineData("{From}", "<sip:example.com>", "example.com")]
    [InlineData("{From host}", "<sip:alice@[2001:DB8::1]:5060>", "[2001:db8::1]")]
    [InlineData("{From host}", "<tel:+4930123>", Nothing)]
    [InlineData("{From user}", "<tel:+49-30-123>", "+4930123")]
    [InlineData("{From}", "<tel:+49(30)123;ext=4>", "+4930123")]
    [InlineData("{From number}", "<sip:030123456@example.com;user=phone>", "+4930123456")]
    [InlineData("{From number}", "<sip:030123456;npdi;rn=+4930999@example.com>", "+4930123456")]
    [InlineData("{From number}", "<tel:030123456;npdi;rn=+4930999>", "+4930123456")]
    [InlineData("{From number}", "<tel:030123456;isub=1234>", "+4930123456")]
    [InlineData("{From number}", "<tel:0142685300;phone-context=+33>", "+33142685300")]
    [InlineData("{From number}", "<sip:0142685300;phone-context=+33@example.com;user=phone>", "+33142685300")]
    [InlineData("{From number}", "<sip:alice@example.com>", Nothing)]
    [InlineData("{From number}", "<sips:%2B4930123456@example.com>", "+4930123456")]
    [InlineData("{From user}", "<sip:030123456;npdi;rn=+4930999@example.com>", "030123456")]
    [InlineData("{From ;rn}", "<sip:030123456;npdi;rn=+4930999@example.com>", "+4930999")]
    [InlineData("{From ;rn}", "<tel:030123456;npdi;RN=+4930999>", "+4930999")]
    [InlineData("{From ;user}", "<sip:030123456@example.com;user=phone>", "phone")]
    [InlineData("{From ;x}", "<sip:alice@example.com;x=uri>;x=field", "field")]
    [InlineData("{From ;none}", "<sip:alice@example.com>", Nothing)]
    [InlineData("{From value}", "\"Alice\" <sip:alice@example.com>", "\"Alice\" <sip:alice@example.com>;tag=a")]
    [InlineData("{From user}", "urn:service:sos", "urn:service:sos")]
    public void From_is_taken_in_part(string source, string from, string expected) =>
        Assert.Equal(expected, Src(source, SipTexts.Invite(from: from)));

    [Theory]
    [InlineData("{P-Asserted-Identity}", "P-Asserted-Identity: \"Alice\" <sip:alice@example.com>", "alice@example.com")]
    [InlineData("{p-asserted-identity user}", "P-ASSERTED-IDENTITY:sip:alice@example.com", "alice")]
    [InlineData("{P-Asserted-Identity number}", "P-Asserted-Identity: <sip:alice@example.com>, <tel:+4930123>", "+4930123")]
    [InlineData("{P-Asserted-Identity number}", "P-Asserted-Identity: <sip:alice@example.com>|P-Asserted-Identity: tel:+4930123", "+4930123")]
    [InlineData("{P-Asserted-Identity number}", "P-Asserted-Identity: <sip:a,b;c@example.com>,sip:+4930123@x;user=phone", "+4930123")]
    [InlineData("{P-Asserted-Identity user}", "P-Asserted-Identity: sip:+4930123@x, <sip:alice@example.com>", "+4930123")]
    [InlineData("{P-Asserted-Identity number}", "P-Asserted-Identity: ,, \"<sip:1@x>,\\\"\" <sip:+4930123@x>", "+4930123")]
    [InlineData("{P-Asserted-Identity}", "P-Asserted-Identity: \"Alice <sip:alice@example.com>", Nothing)]
    [InlineData("{P-Asserted-Identity}", "P-Asserted-Identity: <sip:alice@example.com", Nothing)]
    [InlineData("{P-Asserted-Identity}", "P-Asserted-Identity:", Nothing)]
    [InlineData("{Remote-Party-ID number}", "Remote-Party-ID: <sip:+4930123@x>;party=calling;privacy=off", "+4930123")]
    [InlineData("{Remote-Party-ID number}", "Remote-Party-ID: <sip:+4930999@x>;party=called|Remote-Party-ID: <sip:+4930123@x>", "+4930123")]
    [InlineData("{Diversion number}", "Diversion: <sip:+4930123@x>;reason=user-busy, <sip:+4930999@x>", "+4930123")]
    [InlineData("{Diversion ;reason}", "Diversion: <sip:+4930123@x>;reason=user-busy", "user-busy")]
    [InlineData("{Diversion number}", "Diversion: <sip:alice@x>, <sip:+4930999@x>", Nothing)]
    [InlineData("{header:X-Account}", "x-account:  4711 ", "4711")]
    [InlineData("{header:X-Account}", "X-Account: a\r\n  b", "a  b")]
    [InlineData("{header:X-Account}", "X-Account: gr\u00fcn", "grün")]
    [InlineData("{header:X-Number number}", "X-Number: 030123456", "+4930123456")]
    [InlineData("{header:X-Number ;trunk}", "X-Number: <sip:1@x>;trunk=\"t 7\"", "t 7")]
    [InlineData("{header:Contact host}", "m: <sip:alice@192.0.2.7:5062>", "192.0.2.7")]
    [InlineData("{header:Subject}", "s: hello", "hello")]
    [InlineData("{header:X-Body}", "", Nothing)]
    [InlineData("{Request-URI}", "", "+4930111@gw.example.net")]
    [InlineData("{Request-URI number}", "", "+4930111")]
    [InlineData("{To number}", "", "+4930222")]
    [InlineData("srcip={source-address}", "", "srcip=192.0.2.1")]
    [InlineData("{source-address}:{source-port}>{destination-address}:{destination-port}", "", "192.0.2.1:5060>2001:db8::2:5061")]
    [InlineData("{capture-id}/{proxy}", "", "2001/edge-1")]
    [InlineData("all", "", "all")]
    [InlineData("{{{capture-id}}}", "", "{2001}")]
    [InlineData("{To user}/{header:X-None}", "", Nothing)]
    public void Header_fields_and_the_way_are_taken(string source, string fields, string expected) =>
        Assert.Equal(expected, Src(source, SipTexts.Invite(fields)));

    [Theory]
    [InlineData("P-Asserted-Identity: <tel:+4930123>", "+4930123")]
    [InlineData("P-Asserted-Identity: <sip:bob@example.com>", "bob")]
    [InlineData("", "alice")]
    public void First_source_that_exists_counts(string fields, string expected) => Assert.Equal(expected,
        Applied.Of("""{ "src": ["{P-Asserted-Identity number}", "{P-Asserted-Identity user}", "{From user}"] }""", SipTexts.Invite(fields)).Src);

    [Theory]
    [InlineData("<sip:anonymous@anonymous.invalid>", true, "+4930123")]
    [InlineData("\"Anonymous\" <sip:c8oqz84zk7z@anonymous.invalid>", true, "+4930123")]
    [InlineData("<sip:Anonymous@example.com>", true, "+4930123")]
    [InlineData("<sip:anonymous@anonymous.invalid>", false, "anonymous@anonymous.invalid")]
    [InlineData("<sip:alice@example.com>", true, "alice@example.com")]
    public void Anonymous_caller_may_be_skipped(string from, bool skips, string expected) => Assert.Equal(expected,
        Applied.Of($$"""{ "src": ["{From}", "{P-Asserted-Identity number}"], "skip_anonymous": {{(skips ? "true" : "false")}} }""",
            SipTexts.Invite("P-Asserted-Identity: <sip:anonymous@x>, <tel:+4930123>", from: from)).Src);

    [Theory]
    [InlineData("192.0.2.1:5060", 2001u, "inside agent")]
    [InlineData("[::ffff:192.0.2.1]:5060", 1u, "inside")]
    [InlineData("[2001:db8:0:1::9]:5060", 1u, "v6")]
    [InlineData("[2001:db8:0:8::9]:5060", 1u, "")]
    [InlineData("192.0.3.1:5060", 1u, "")]
    [InlineData("", 2001u, "agent")]
    public void Source_may_be_for_addresses_and_agents(string from, uint captureId, string tags) => Assert.Equal(tags, Applied.Of("""
        { "tags": [
            { "value": "inside", "source_address": ["10.0.0.0/8", "192.0.2.0/24"] },
            { "value": "v6", "source_address": ["2001:db8::/61"] },
            { "value": "agent", "capture_id": [7, 2001] },
        ] }
        """, SipTexts.Invite(), from, captureId: captureId).Tags);

    [Fact]
    public void Reply_says_what_its_request_said_in_From_and_To_and_where_it_came_from()
    {
        const string rules = """
            {
              "src": ["{P-Asserted-Identity number}", "{Remote-Party-ID}", "{header:X-Account}", "{Diversion}", "{From user}"],
              "dst": ["{Request-URI}", "{P-Preferred-Identity}", "{To user}"],
              "data": ["{source-address}>{destination-address}"],
              "tags": ["t"]
            }
            """;
        var fields = "P-Asserted-Identity: <tel:+4930123>|Remote-Party-ID: <sip:x@y>|X-Account: 7|Diversion: <sip:x@y>|P-Preferred-Identity: <sip:x@y>";
        Assert.Equal(new Applied("alice", "+4930222", "192.0.2.1>192.0.2.2", ""), Applied.Of(rules, SipTexts.Reply(fields), "192.0.2.2:1", "192.0.2.1:1"));
    }

    [Theory]
    [InlineData("INVITE")]
    [InlineData("BYE")]
    [InlineData("UPDATE")]
    public void Request_inside_a_dialog_says_nothing(string method) => Assert.Equal(new Applied(null, null, null, ""), Applied.Of(
        """{ "src": ["{From user}"], "dst": ["{To user}"], "data": ["x"], "tags": ["t"] }""", SipTexts.Request(method, "<sip:b@x>", "<sip:a@x>")));

    private static string Src(string source, byte[] message) => Applied.Of(
        $$"""{ "src": ["{{source}}"], "numbers": { "country": "49" } }""", message, "192.0.2.1:5060", "[2001:db8::2]:5061", 2001).Src ?? Nothing;
}
