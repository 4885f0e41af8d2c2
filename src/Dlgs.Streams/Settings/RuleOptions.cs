namespace Dlgs.Streams.Settings;

/// <summary>What calls are counted under.</summary>
internal sealed record RuleOptions
{
    [Setting("rules", "JSON file that says what calls that come by HEP are counted under: src, dst, data and tags. Default: From and To.",
        Example = "/etc/dlgs/rules.json")]
    public string? File { get; init; }
}
