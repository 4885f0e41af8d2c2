using System.Buffers.Binary;
using System.Net;

namespace Dlgs.Streams.Settings;

/// <summary>Addresses and networks, of IPv4 and IPv6. An IPv4 address is the one that it is mapped to in IPv6.</summary>
internal sealed class AddressList
{
    private readonly List<(UInt128 Network, UInt128 Mask)> networks = [];

    private AddressList()
    {
    }

    /// <summary>Null: refused, and the failure says why.</summary>
    public static AddressList? Parse(string text, out string? failure)
    {
        var list = new AddressList();
        failure = null;
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!TryParse(part, out var address, out var length))
            {
                failure = $"'{part}' is neither an IP address nor a network, as 10.0.0.7 or 10.1.0.0/16.";
                return null;
            }
            var mask = length == 0 ? UInt128.Zero : UInt128.MaxValue << 128 - length;
            list.networks.Add((Number(address) & mask, mask));
        }
        if (list.networks.Count > 0) return list;
        failure = $"'{text}' names nobody.";
        return null;
    }

    public bool Contains(UInt128 address)
    {
        foreach (var (network, mask) in networks)
            if ((address & mask) == network) return true;
        return false;
    }

    /// <summary>An address as a number, in the network's order of bytes.</summary>
    public static UInt128 Number(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.MapToIPv6().TryWriteBytes(bytes, out _);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    private static bool TryParse(string text, out IPAddress address, out int length)
    {
        length = 128;
        if (IPAddress.TryParse(text, out address!)) return true;
        if (!IPNetwork.TryParse(text, out var network)) return false;
        address = network.BaseAddress;
        length = network.PrefixLength + (address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? 96 : 0);
        return true;
    }
}
