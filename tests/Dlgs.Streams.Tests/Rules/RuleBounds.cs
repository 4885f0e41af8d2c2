using System.Net;
using System.Text;
using CsCheck;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Rules;
using Dlgs.Streams.Sip;

namespace Dlgs.Streams.Tests.Rules;

/// <summary>Whatever comes: no rule throws, nothing is longer than it may be, and an INVITE costs no memory.</summary>
public sealed class RuleBounds
{
    private const string Everything = """
        {
          "src": ["{P-Asserted-Identity number}", "{Remote-Party-ID ;x}", "{Diversion user}", "{header:X-Account}", "{From number}", "{From value}"],
          "dst": ["{Request-URI number}", "{Request-URI ;x}", "{To host}/{To user}", "{To value}", "{Request-URI uri}"],
          "data": ["{header:Subject}", "{P-Asserted-Identity value}", "{P-Preferred-Identity uri}", "srcip={source-address}"],
          "tags": ["{P-Asserted-Identity host}", "{P-Asserted-Identity uri}", "{Diversion ;reason}", "{header:X-Account user}"],
          "numbers": { "country": "49" }, "skip_anonymous": true
        }
        """;

    private static readonly byte[] Address = [192, 0, 2, 1];
    private static readonly FieldLimits Small = new(Tag: 20, Text: 60);

    private static readonly string[] Fragments =
    [
        "P-Asserted-Identity: ", "Remote-Party-ID:", "Diversion: ", "X-Account:", "s: ", "P-Preferred-Identity:", "<sip:", "<tel:", "sip:", "tel:",
        "+49", "030", "@", ";", "=", ";x=", ";npdi", ";rn=", ":", "%", "%2B", "%00", "%ff", "\"", "\\", "<", ">", ",", "[", "]", "?", " ", "\r\n", "\r\n ",
        "\t", "\0", "ß", "anonymous", ";phone-context=", "alice", "\u00ff", "9999999999999999999999", "{", "}",
    ];

    [Fact]
    public void Any_mixture_of_fragments_gives_attributes_in_UTF8_within_their_limits()
    {
        var rules = Applied.Rules(Everything);
        Gen.Select(Fragment(0, 60), Fragment(0, 12), Fragment(0, 12), Gen.Bool).Sample((fields, uri, user, isReply) =>
        {
            var from = $"<sip:{user.Replace('\r', ' ').Replace('\n', ' ').Replace('>', ' ')}@x>";
            var bytes = isReply ? SipTexts.Reply(fields, from: from) : SipTexts.Invite(fields, "sip:" + uri.Replace('\n', ' '), from);
            if (SipReader.Read(bytes, new FieldLimits(), out _) != SipFailure.None) return;
            // Samples run side by side.
            var applied = Applied.Of(new RuleRun(rules, Small), bytes, "192.0.2.1:5060");
            foreach (var text in new[] { applied.Src, applied.Dst, applied.Data })
                if (text is not null) Assert.InRange(Encoding.UTF8.GetByteCount(text), 1, 60);
        });
    }

    [Theory, InlineData("\"\\"), InlineData("\""), InlineData("<"), InlineData(";"), InlineData(","), InlineData("%2"), InlineData(";x=\"\\\""),
        InlineData("<sip:a@x>,"), InlineData("sip:a,"), InlineData("\"<\","), InlineData("<\","), InlineData("<,"), InlineData("\r\n "),
        InlineData("\r\nP-Asserted-Identity: <sip:a@x>"), InlineData("\r\nX-Account: "), InlineData("9")]
    public void Longest_datagram_of_one_fragment_takes_no_time(string fragment)
    {
        // At the widest limit all of it is looked at.
        var run = new RuleRun(Applied.Rules(Everything), new FieldLimits(Text: 16_384));
        var bytes = SipTexts.Invite("P-Asserted-Identity: " + string.Concat(Enumerable.Repeat(fragment, 60_000 / fragment.Length)));
        var start = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < 20; i++) Applied.Of(run, bytes);
        Assert.InRange(TimeProvider.System.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Theory]
    [InlineData(1024, false)]
    [InlineData(1025, true)]
    [InlineData(60_000, true)]
    public void Value_that_is_too_long_counts_as_not_there(int length, bool isTooLong)
    {
        var run = new RuleRun(Applied.Rules("""{ "src": ["{header:X-Account}", "{From user}"] }"""));
        Assert.Equal(isTooLong ? "alice" : new string('x', length), Applied.Of(run, SipTexts.Invite("X-Account: " + new string('x', length))).Src);
        Assert.Equal(isTooLong ? 1 : 0, run.Counts.TooLong);
    }

    [Fact]
    public void Latin1_that_grows_beyond_the_limit_is_too_long() =>
        Assert.Null(Applied.Of("""{ "src": ["{header:X-Account}"] }""", SipTexts.Invite("X-Account: " + new string('\u00fc', 600))).Src);

    [Fact]
    public void Only_the_first_lines_of_a_name_are_looked_at()
    {
        var lines = string.Concat(Enumerable.Repeat("P-Asserted-Identity: <sip:alice@x>|", HeaderLines.MaxLines)) + "P-Asserted-Identity: <tel:+4930123>";
        Assert.Null(Applied.Of("""{ "src": ["{P-Asserted-Identity number}"] }""", SipTexts.Invite(lines)).Src);
    }

    [Fact]
    public void Dialog_has_a_place_for_sixteen_different_tags()
    {
        var tags = string.Join(',', Enumerable.Range(1, 20).Select(i => $"\"t{i}\", \"t{i}\""));
        var run = new RuleRun(Applied.Rules($$"""{ "tags": ["{header:X-None}", {{tags}}] }"""));
        Assert.Equal(string.Join(' ', Enumerable.Range(1, Bounds.Tags).Select(i => $"t{i}")), Applied.Of(run, SipTexts.Invite()).Tags);
        Assert.Equal(8, run.Counts.TagsLeftOut);
    }

    [Fact]
    public void Tag_that_is_too_long_is_none()
    {
        var run = new RuleRun(Applied.Rules("""{ "tags": ["{header:X-Tag}", "t"] }"""));
        Assert.Equal("t", Applied.Of(run, SipTexts.Invite("X-Tag: " + new string('x', 129))).Tags);
        Assert.Equal(1, run.Counts.TooLong);
    }

    [Fact]
    public void Nothing_is_allocated()
    {
        var run = new RuleRun(Applied.Rules(Everything));
        byte[][] messages =
        [
            SipTexts.Invite("P-Asserted-Identity: <sip:030123456@x>|Diversion: <sip:+4930123@x>;reason=busy|X-Account: 7|Subject: gr\u00fcn"), SipTexts.Reply(),
        ];
        Apply(run, messages);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++) Apply(run, messages);
        // The least object is 24 bytes; the runtime may have some of its own.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 24 * 9_999);
    }

    [Fact]
    public void Addresses_are_written_as_NET_writes_them() => Gen.Select(Gen.Byte[0, 1].Array[16], Gen.Byte.Array[16], Gen.Bool).Sample((few, any, isFew) =>
    {
        var bytes = isFew ? few : any;
        var address = new IPAddress(bytes);
        var text = new AttributeText(new byte[64]);
        Assert.True(AddressText.TryWrite(bytes, ref text));
        // Those whose first 80 or 96 bits are 0 .NET ends with an IPv4 address.
        if (!bytes.AsSpan(0, 8).SequenceEqual(new byte[8])) Assert.Equal(address.ToString(), text.ToString());
        Assert.Equal(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, IPAddress.Parse(text.ToString()));
    });

    private static void Apply(RuleRun run, byte[][] messages)
    {
        foreach (var bytes in messages)
        {
            SipReader.Read(bytes, Small, out var message);
            run.Apply(bytes, new MessageOrigin { SourceAddress = Address }, ref message);
        }
    }

    private static Gen<string> Fragment(int least, int most) =>
        Gen.Int[0, Fragments.Length - 1].Select(i => Fragments[i]).Array[least, most].Select(string.Concat);
}
