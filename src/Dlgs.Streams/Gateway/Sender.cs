using System.Buffers.Binary;
using System.Net;
using Dlgs.Streams.Settings;

namespace Dlgs.Streams.Gateway;

/// <summary>Who sent a frame, as the network says: no agent can say otherwise, but who sends datagrams may say what it likes.</summary>
/// <param name="Address">In IPv6, where an IPv4 address is mapped to one; by the order of its bytes.</param>
internal readonly record struct Sender(UInt128 Address)
{
    public static Sender Of(EndPoint? endPoint) => endPoint is IPEndPoint ip ? new Sender(AddressList.Number(ip.Address)) : default;

    /// <summary>Of the system's sockaddr: family, port, and then the address; IPv6 has its flow label before that.</summary>
    public static Sender Of(ReadOnlySpan<byte> socketAddress, bool isIPv6) => isIPv6
        ? new Sender(BinaryPrimitives.ReadUInt128BigEndian(socketAddress[8..24]))
        : new Sender(new UInt128(0, 0xffff_0000_0000UL | BinaryPrimitives.ReadUInt32BigEndian(socketAddress[4..8])));

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Address);
        var address = new IPAddress(bytes);
        return (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();
    }
}
