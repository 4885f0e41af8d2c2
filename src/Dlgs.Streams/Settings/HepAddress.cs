using System.Net;

namespace Dlgs.Streams.Settings;

/// <summary>Where HEP comes in: an IP address and a port, as capture agents are told it.</summary>
internal sealed record HepAddress(IPAddress Address, int Port)
{
    private const string LocalHost = "localhost:";

    public bool IsLoopback => IPAddress.IsLoopback(Address);

    public IPEndPoint EndPoint => new(Address, Port);

    /// <summary>Null: refused, and the failure says why.</summary>
    public static HepAddress? Parse(string text, out string? failure)
    {
        failure = null;
        var numeric = text.StartsWith(LocalHost, StringComparison.OrdinalIgnoreCase) ? $"127.0.0.1:{text[LocalHost.Length..]}" : text;
        // Without brackets the last group of an IPv6 address would be its port, and without a colon a number an address.
        var hasPort = numeric.StartsWith('[') ? numeric.Contains("]:", StringComparison.Ordinal) : numeric.Count(letter => letter == ':') == 1;
        if (hasPort && IPEndPoint.TryParse(numeric, out var at))
            return new HepAddress(at.Address.IsIPv4MappedToIPv6 ? at.Address.MapToIPv4() : at.Address, at.Port);
        failure = $"'{text}' is no IP address (or localhost) with a port, as 127.0.0.1:9060 or [::1]:9060.";
        return null;
    }
}
