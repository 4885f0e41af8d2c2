using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Dlgs.Streams.Client;

/// <summary>Where instances are: at addresses, or at each address of a name.</summary>
/// <param name="Given">The addresses; none where it is a name.</param>
/// <param name="Named">The name with its scheme and port; null where they are addresses.</param>
internal sealed record InstanceAddresses(IReadOnlyList<Uri> Given, Uri? Named)
{
    private const string Dns = "dns:";

    public bool AreOne => Given.Count == 1;

    public bool AreTls => Named is null ? Given.All(address => address.Scheme == Uri.UriSchemeHttps) : Named.Scheme == Uri.UriSchemeHttps;

    /// <summary>Nobody on the way can read what is sent. A name without TLS may be anybody's.</summary>
    public bool ArePrivate => AreTls || Named is null && Given.All(address => address.Scheme == Uri.UriSchemeHttps || IsHere(address));

    public static bool TryParse(string? text, [NotNullWhen(true)] out InstanceAddresses? addresses)
    {
        addresses = null;
        if (text is null) return false;
        if (text.StartsWith(Dns, StringComparison.OrdinalIgnoreCase))
        {
            if (ParseName(text[Dns.Length..]) is { } named) addresses = new InstanceAddresses([], named);
            return addresses is not null;
        }
        var given = new List<Uri>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
            if (ServiceAddress.TryParse(part, out var address)) given.Add(address);
            else return false;
        addresses = new InstanceAddresses([.. given.Distinct()], Named: null);
        return true;
    }

    private static bool IsHere(Uri address) => address.Host == "localhost" || IPAddress.TryParse(address.DnsSafeHost, out var ip) && IPAddress.IsLoopback(ip);

    private static Uri? ParseName(string text)
    {
        var isUrl = text.Contains("://", StringComparison.Ordinal);
        return ServiceAddress.TryParse(isUrl ? text : $"http://{text}", out var named) && named.HostNameType == UriHostNameType.Dns && !text.StartsWith('/')
            ? named
            : null;
    }
}
