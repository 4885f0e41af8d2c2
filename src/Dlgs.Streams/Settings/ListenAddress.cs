using System.Net;

namespace Dlgs.Streams.Settings;

/// <summary>
/// Where a service listens, made of the parts of an address. Kestrel is not given the address itself: a host that it takes for a name, as
/// loopback or user@localhost, opens every interface there.
/// </summary>
internal sealed record ListenAddress(bool IsTls, IPAddress Address, int Port)
{
    private const string Example = "as http://127.0.0.1:5090";

    public bool IsLoopback => IPAddress.IsLoopback(Address);

    /// <summary>Every address of the machine: where that can be reached it does not say.</summary>
    public bool IsWildcard => Address.Equals(IPAddress.Any) || Address.Equals(IPAddress.IPv6Any);

    /// <summary>Null: refused, and the failure says why. localhost is 127.0.0.1, which is there on every machine.</summary>
    public static ListenAddress? Parse(string text, out string? failure)
    {
        failure = null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            failure = $"'{text}' is no http address, {Example}.";
        else if (url.UserInfo.Length > 0 || url.PathAndQuery != "/" || url.Fragment.Length > 0)
            failure = $"'{text}' has more than scheme, host and port, {Example}.";
        else if (Find(url) is not { } address)
            failure = $"'{text}': the host has to be an IP address or localhost, {Example}.";
        else return new ListenAddress(url.Scheme == "https", address, url.Port);
        return null;
    }

    private static IPAddress? Find(Uri url) =>
        url.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? IPAddress.Loopback
        : url.HostNameType is not (UriHostNameType.IPv4 or UriHostNameType.IPv6) || !IPAddress.TryParse(url.DnsSafeHost, out var address) ? null
        : address.IsIPv4MappedToIPv6 ? address.MapToIPv4()
        : address;
}
