using System.Net;
using System.Net.Sockets;

namespace Dlgs.Streams.Access;

/// <summary>Who a caller is: by the name that it proved, else by the address that it comes from. One that has a name is the same at every address.</summary>
internal readonly record struct Identity
{
    /// <summary>Characters of a name, with its kind. A longer one is none.</summary>
    public const int LongestName = 256;

    /// <summary>Bytes of an IPv6 address that one customer has for itself (RFC 6177).</summary>
    private const int NetworkBytes = 8;

    private Identity(string? name, IPAddress? address) => (Name, Address) = (name, address);

    /// <summary>Null: it proved none, and needed none.</summary>
    public string? Name { get; }

    /// <summary>Null: it has a name, or is in this process.</summary>
    public IPAddress? Address { get; }

    public static Identity Of(HttpContext context) =>
        context.Features.Get<Proven>() is { } proven ? new Identity(proven.Name, null) : Of(context.Connection.RemoteIpAddress);

    public static Identity Of(Proven caller) => new(caller.Name, null);

    /// <summary>Before it had a chance to prove anything.</summary>
    public static Identity Of(IPAddress? address) => new(null, address);

    /// <summary>The same for all that one caller may choose among its addresses.</summary>
    public Identity AsOneCaller() =>
        Address is not { AddressFamily: AddressFamily.InterNetworkV6 } six ? this
        : six.IsIPv4MappedToIPv6 ? new Identity(null, six.MapToIPv4())
        : new Identity(null, new IPAddress([.. six.GetAddressBytes()[..NetworkBytes], .. new byte[NetworkBytes]]));

    public override string ToString() => Name ?? Address?.ToString() ?? "this instance";
}
