using System.Text;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Rules;
using Dlgs.Streams.Terminal;

namespace Dlgs.Streams.Cli;

/// <summary>What an INVITE's call is counted under, and which rules said so.</summary>
internal sealed record RuleResult(
    string CallId, string Src, string SrcRule, string Dst, string DstRule, string Data, string DataRule, string Tags, string TagRules)
{
    /// <summary>No rule: From, To, or nothing.</summary>
    private const string Default = "default";

    private const string Separator = ", ";

    public static Column<RuleResult>[] Columns { get; } =
    [
        new(1, "Call-ID", result => result.CallId),
        new(2, "Src", result => result.Src),
        new(5, "By src", result => result.SrcRule),
        new(3, "Dst", result => result.Dst),
        new(6, "By dst", result => result.DstRule),
        new(4, "Data", result => result.Data),
        new(7, "By data", result => result.DataRule),
        new(8, "Tags", result => result.Tags),
        new(9, "By tags", result => result.TagRules),
    ];

    public static RuleResult Of(in SipMessage message, RuleRun run)
    {
        var (tags, rules) = (new List<string>(), new List<string>());
        foreach (var tag in message.Tags) tags.Add(Encoding.UTF8.GetString(message.TagText[tag]));
        foreach (var rule in run.TagRules) rules.Add($"tags[{rule}]");
        return new RuleResult(Encoding.UTF8.GetString(message.CallId),
            message.HasSrc ? Encoding.UTF8.GetString(message.Src) : AddressOf(message.FromUri), Place("src", run.SrcRule),
            message.HasDst ? Encoding.UTF8.GetString(message.Dst) : AddressOf(message.ToUri), Place("dst", run.DstRule),
            Encoding.UTF8.GetString(message.Data), Place("data", run.DataRule),
            string.Join(Separator, tags), string.Join(Separator, rules));
    }

    /// <summary>For a line of JSON.</summary>
    public object ToObject() => new
    {
        callId = CallId, src = Src, srcRule = SrcRule, dst = Dst, dstRule = DstRule, data = Data, dataRule = DataRule,
        tags = List(Tags), tagRules = List(TagRules),
    };

    private static string[] List(string joined) => joined.Length == 0 ? [] : joined.Split(Separator);

    private static string Place(string name, int rule) => rule == RuleRun.NoRule ? Default : $"{name}[{rule}]";

    private static string AddressOf(ReadOnlySpan<byte> uri)
    {
        var address = new byte[uri.Length];
        return Encoding.UTF8.GetString(address, 0, AddressOfRecord.Write(uri, address));
    }
}
