using System.Text;
using Dlgs.Streams.Cli;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Rules;
using Dlgs.Streams.Shared;
using Dlgs.Streams.Terminal;
using Google.Protobuf;
using Dialog = Dlgs.Streams.Contracts.V1.Dialog;

namespace Dlgs.Streams.Tests.Rules;

/// <summary>The recordings with rules: the calls stay what they are, and are counted under what the rules say.</summary>
public sealed class RuledRecordings
{
    public static TheoryData<string> All => [.. Judge.Names(""), .. Judge.Names("sequences"), .. Judge.Names("reports")];

    /// <summary>Whoever is redirected dials anew; and two of thousands of calls say no more.</summary>
    public static TheoryData<string> Calls => [.. Judge.Names("").Except(["redirect_302", "bulk", "bulk_two_proxies"])];

    private static readonly AttributeRules Uris = Applied.Rules("""{ "src": ["{From uri}"], "dst": ["{To uri}"], "data": ["srcip={source-address}"] }""");

    private static readonly AttributeRules Dialled = Applied.Rules("""{ "dst": ["{Request-URI uri}"] }""");

    [Theory, MemberData(nameof(All))]
    public void Rules_for_From_and_To_give_the_defaults_as_URIs(string name)
    {
        var plain = Inspect(name, null);
        var ruled = Inspect(name, Uris);
        Assert.Empty(Judge.Faults(name, ruled, out _));
        Assert.Equal(plain.Select(d => (d.CallId, d.Src, d.Dst)), ruled.Select(d => (d.CallId, Canonical(d.Src), Canonical(d.Dst))));
    }

    [Theory, MemberData(nameof(Calls))]
    public void Request_URI_of_the_first_hop_is_what_the_caller_dialled(string name)
    {
        var dialled = Inspect(name, Dialled).ToLookup(d => d.CallId, d => d.Dst);
        foreach (var call in Judge.Truth(name).Where(call => dialled.Contains(call.GetProperty("call_id").GetString()!)))
            Assert.Equal([call.GetProperty("callee").GetString()!], dialled[call.GetProperty("call_id").GetString()!].Distinct());
    }

    [Fact]
    public void Source_address_is_the_callers() =>
        Assert.All(Inspect("basic", Uris), dialog => Assert.Matches(@"^srcip=127\.50\.0\.11$", dialog.Data));

    private static List<Dialog> Inspect(string name, AttributeRules? rules)
    {
        using var lines = new StringWriter();
        using var errors = new StringWriter();
        InspectCommand.Run([new FileInfo(Judge.FileOf(name))], new InspectCommand.Wanted(Form.Json, Changes: false, Expire: false, rules), lines, errors);
        return [.. lines.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(JsonParser.Default.Parse<Dialog>)];
    }

    private static string Canonical(string uri)
    {
        var address = new byte[Encoding.UTF8.GetByteCount(uri)];
        return Encoding.UTF8.GetString(address, 0, AddressOfRecord.Write(Encoding.UTF8.GetBytes(uri), address));
    }
}
