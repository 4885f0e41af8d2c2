using System.Net;
using Dlgs.Streams.Settings;

namespace Dlgs.Streams.Cluster;

/// <summary>Where an instance is that was told of. What comes in a hello is dialled, so it is an IP address, and not any.</summary>
internal static class PeerAddress
{
    /// <summary>Null: nobody is dialled there.</summary>
    /// <param name="told">The address, as it came.</param>
    /// <param name="teller">Where who tells it is. Whoever listens at every address is there; and its loopback is another machine's, if it is not ours.</param>
    /// <param name="own">Where this instance listens: the others speak TLS if it does, and without it they are on this machine.</param>
    public static Uri? Of(string told, IPAddress? teller, ListenAddress own)
    {
        if (ListenAddress.Parse(told, out _) is not { } address || address.IsTls != own.IsTls) return null;
        var at = address.IsWildcard ? teller : address.Address;
        if (at is null) return null;
        if (at.IsIPv4MappedToIPv6) at = at.MapToIPv4();
        var isReachable = IPAddress.IsLoopback(at) ? teller is null || IPAddress.IsLoopback(teller) : own.IsTls;
        return isReachable ? At(own, at, address.Port) : null;
    }

    public static Uri At(ListenAddress own, IPAddress address, int port) => new UriBuilder(own.IsTls ? "https" : "http", $"{address}", port).Uri;
}
