using System.Net;
using Dlgs.Streams.Settings;

namespace Dlgs.Streams.Gateway;

/// <summary>Who sent a frame, as the network says: no agent can say otherwise, but who sends datagrams may say what it likes.</summary>
/// <param name="Address">In IPv6, where an IPv4 address is mapped to one; by the order of its bytes.</param>
internal readonly record struct Sender(UInt128 Address)
{
    public static Sender Of(EndPoint? endPoint) => endPoint is IPEndPoint ip ? new Sender(AddressRange.Number(ip.Address)) : default;

    /// <summary>Of the system's sockaddr: family, port, and then the address; IPv6 has its flow label before that.</summary>
    public static Sender Of(ReadOnlySpan<byte> socketAddress, bool isIPv6) => isIPv6
        ? new Sender(AddressRange.Number(socketAddress[8..24]))
        : new Sender(AddressRange.Number(socketAddress[4..8]));

    public override string ToString() => AddressRange.Text(Address);
}
