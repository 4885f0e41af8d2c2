using System.Globalization;
using System.Text.RegularExpressions;

namespace Dlgs.Streams.SystemTests.Kamailio;

/// <summary>What Kamailio says of one call: the final answer to its INVITE, the From tag of its BYE, and its record at the end (CDR).</summary>
internal sealed record KamailioCall(int Status, string? HungUpBy, TimeSpan Duration);

/// <summary>Kamailio's own records of its calls, out of its log.</summary>
internal static partial class KamailioRecords
{
    /// <summary>By Call-ID. Each has exactly one answer and one CDR.</summary>
    public static Dictionary<string, KamailioCall> Read(IEnumerable<string> log)
    {
        var lines = log.ToArray();
        var requests = lines.Select(line => Request().Match(line)).Where(match => match.Success).ToLookup(match => match.Groups["id"].Value);
        return lines.Select(line => Cdr().Match(line)).Where(match => match.Success).ToDictionary(match => match.Groups["id"].Value, cdr =>
        {
            var known = requests[cdr.Groups["id"].Value].ToArray();
            var invite = known.Single(request => request.Groups["method"].Value == "INVITE");
            var bye = known.SingleOrDefault(request => request.Groups["method"].Value == "BYE");
            return new KamailioCall(Number(invite.Groups["code"].Value), bye?.Groups["from"].Value, TimeSpan.FromSeconds(double.Parse(
                cdr.Groups["duration"].Value, CultureInfo.InvariantCulture)));
        });
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex("ACC: [^:]+: timestamp=[0-9]+;method=(?<method>[A-Z]+);from_tag=(?<from>[^;]*);to_tag=[^;]*;call_id=(?<id>[^;]+);code=(?<code>[0-9]+)")]
    private static partial Regex Request();

    [GeneratedRegex("log_write_cdr\\(\\): .*duration=(?<duration>[0-9.]+); ci=(?<id>[^;]+)$")]
    private static partial Regex Cdr();
}
