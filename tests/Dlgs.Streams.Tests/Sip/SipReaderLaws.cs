using System.Text;
using CsCheck;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Sip;

namespace Dlgs.Streams.Tests.Sip;

/// <summary>The reader never throws, always ends, and does not care for clothes.</summary>
public sealed class SipReaderLaws
{
    /// <summary>What a message says, before it is dressed.</summary>
    private sealed record Said(SipMethod Method, int Status, string CallId, string FromTag,
        string ToTag, uint CSeq, string[] Branches, string FromUri, string ToUri, uint Expires);

    private static readonly string[] Fragments =
    [
        "INVITE sip:b@x SIP/2.0", "SIP/2.0 200 OK", "Via: ", "v:", "From:", "f : ", "To:", "t:", "Call-ID: c",
        "i:", "CSeq: 1 INVITE", "CSeq: 1 BYE", "x: 90", "SIP/2.0/UDP h", ";branch=", ";tag=", ";", ",", "=",
        "\"", "\\", "\\\"", "<", ">", "<sip:a@x>", "a", "ß", "\r\n", "\n", "\r\n ", "\t", " ", ":", "\0", "\r\n\r\n", "99999999999999999999",
    ];

    private static readonly Gen<string> Token = Gen.Char["abcXYZ019.!%*_+`'~-"].Array[1, 12].Select(chars => new string(chars));

    private static readonly Gen<Said> Message =
        from method in Gen.Int[1, 5].Select(method => (SipMethod)method)
        from status in Gen.Frequency((1, Gen.Const(0)), (1, Gen.Int[100, 699]))
        from texts in Gen.Select(Token, Token, Token)
        from toTag in Gen.Frequency((1, Gen.Const("")), (1, Token))
        from cseq in Gen.UInt[0, int.MaxValue]
        from branches in Gen.Frequency((1, Gen.Const("")), (4, Token)).Array[1, 5]
        from hosts in Gen.Select(Token, Token)
        from expires in Gen.UInt[0, 5000]
        select new Said(method, status, texts.Item1 + "@" + texts.Item2, texts.Item3, toTag, cseq,
            branches, $"sip:{hosts.Item1}@x;tag=no", $"sip:{hosts.Item2}@[2001:db8::1]", expires);

    [Fact]
    public void Message_in_any_clothes_says_the_same() => Message.Select(Gen.Int, (said, seed) => (Said: said, Seed: seed)).Sample(
        (said, seed) => ReadSip.Of(Dress(said, new Random(seed))) == new ReadSip(SipFailure.None, said.CallId,
            said.FromTag, said.ToTag, said.Method.ToString(), said.Status, said.CSeq, said.Branches[0],
            said.Branches.Length > 1 ? said.Branches[1] : null, said.Branches.Length, said.FromUri, said.ToUri, said.Expires, false));

    [Fact]
    public void Any_bytes_are_read_or_refused() => Gen.Byte.Array[0, 300].Sample(datagram => { Read(datagram); });

    [Fact]
    public void Any_mixture_of_fragments_is_read_or_refused() =>
        Gen.Int[0, Fragments.Length - 1].Select(i => Fragments[i]).Array[0, 60].Sample(parts => { Read(Encoding.UTF8.GetBytes(string.Concat(parts))); });

    [Fact]
    public void Mutilated_message_is_read_or_refused() =>
        Gen.Select(Message, Gen.Int, Gen.Select(Gen.UShort, Gen.Byte).Array[1, 10]).Sample((said, seed, blows) =>
        {
            var datagram = Encoding.UTF8.GetBytes(Dress(said, new Random(seed)));
            foreach (var (at, value) in blows) datagram[at % datagram.Length] = value;
            Read(datagram);
        });

    /// <summary>Looking through the rest for each quote would take minutes.</summary>
    [Theory, InlineData("\"\\"), InlineData("\""), InlineData("<"), InlineData(";"), InlineData(","),
        InlineData("=\""), InlineData("\r\n "), InlineData("\r\nf:"), InlineData(";tag=\"\\\"")]
    public void Longest_datagram_of_one_fragment_takes_no_time(string fragment)
    {
        var datagram = Encoding.UTF8.GetBytes("INVITE sip:b@x SIP/2.0\r\nVia: "
            + string.Concat(Enumerable.Repeat(fragment, 65_000 / fragment.Length)) + "\r\nFrom: \"" + "\r\n\r\n");
        var start = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < 20; i++) Read(datagram);
        Assert.InRange(TimeProvider.System.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    private static void Read(ReadOnlySpan<byte> datagram)
    {
        var read = ReadSip.Of(datagram);
        if (read.Failure != SipFailure.None) return;
        Assert.NotEmpty(read.CallId);
        Assert.InRange(read.Vias, 1, Bounds.Vias);
        Assert.True(read.Status == 0 || read.Status is >= 100 and <= 699);
    }

    private static string Dress(Said said, Random random)
    {
        var method = Case(said.Method.ToString(), random);
        var start = said.Status == 0 ? $"{method} sip:b@x SIP/2.0" : $"SIP/2.0 {said.Status} So: \"be it";
        var fields = new List<string>
        {
            Field(random, "From", "f", Address(said.FromUri, said.FromTag, random)),
            Field(random, "To", "t", Address(said.ToUri, said.ToTag, random)),
            Field(random, "Call-ID", "i", said.CallId),
            Field(random, "CSeq", "CSeq", $"{said.CSeq}{Blank(random, 1)}{Case(said.Method.ToString(), random)}"),
            Field(random, "Session-Expires", "x", $"{said.Expires}{Blank(random)};refresher=uac"),
            Field(random, "Subject", "s", "\"<Via: ;tag=no, branch=no"),
        };
        fields = [.. fields.OrderBy(_ => random.Next())];
        // Vias keep their order among themselves, in one line or in several.
        var vias = said.Branches.Select(branch => "SIP/2.0/UDP [2001:db8::1]:5060" + Parameters(random)
            + (branch.Length == 0 ? "" : Parameter(random, "branch", branch)) + Parameters(random)).ToList();
        for (var at = 0; vias.Count > 0; at = random.Next(at + 1, fields.Count + 1))
        {
            var together = random.Next(1, vias.Count + 1);
            fields.Insert(at, Field(random, "Via", "v", string.Join(Blank(random) + "," + Blank(random), vias.Take(together))));
            vias.RemoveRange(0, together);
        }
        var text = (random.Next(4) == 0 ? "\r\n" : "") + start + "\r\n" + string.Concat(fields.Select(f => f + "\r\n")) + "\r\nVia: body\r\nf";
        return random.Next(3) == 0 ? text.Replace("\r\n", "\n", StringComparison.Ordinal) : text;
    }

    private static string Field(Random random, string name, string compact, string value) =>
        Case(random.Next(2) == 0 ? name : compact, random) + (random.Next(3) == 0 ? " \t" : "") + ":"
            + Blank(random) + value + (random.Next(3) == 0 ? " " : "");

    private static string Address(string uri, string tag, Random random)
    {
        string[] names = ["", "Alice ", "\"A, B; <tag>=\\\"no\\\\\" ", "Grüße "];
        return names[random.Next(names.Length)] + $"<{uri}>" + Parameters(random) + (tag.Length == 0 ? "" : Parameter(random, "tag", tag)) + Parameters(random);
    }

    private static string Parameters(Random random) => random.Next(3) switch
    {
        0 => "",
        1 => ";rport;received=2001:db8::9",
        _ => Blank(random) + ";note" + Blank(random) + "=\"x,;tag=no;branch=no\\\"\"",
    };

    private static string Parameter(Random random, string name, string value) =>
        $"{Blank(random)};{Blank(random)}{Case(name, random)}{Blank(random)}={Blank(random)}{value}";

    private static string Blank(Random random, int least = 0)
    {
        string[] blanks = ["", " ", "\t ", "\r\n ", " \r\n\t"];
        return blanks[random.Next(least, blanks.Length)];
    }

    private static string Case(string text, Random random) =>
        string.Concat(text.Select(c => random.Next(2) == 0 ? char.ToUpperInvariant(c) : char.ToLowerInvariant(c)));
}
