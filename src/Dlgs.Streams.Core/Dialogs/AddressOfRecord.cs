using System.Text;

namespace Dlgs.Streams.Core.Dialogs;

/// <summary>
/// The canonical address-of-record, as which From and To are the defaults of src and dst: user@host without scheme, port, password,
/// parameters and headers, the host in lower case; of a tel URI the number without visual separators (RFC 3261 19.1, RFC 3966 5.1.1).
/// </summary>
public static class AddressOfRecord
{
    /// <summary>Writes the address of a URI, which is never longer than the URI; returns its length.</summary>
    public static int Write(ReadOnlySpan<byte> uri, Span<byte> address)
    {
        if (uri.Length > 1 && uri[0] == '<' && uri[^1] == '>') uri = uri[1..^1];
        if (StartsWith(uri, "tel:"u8)) return WriteNumber(uri[4..], address);
        if (StartsWith(uri, "sip:"u8)) uri = uri[4..];
        else if (StartsWith(uri, "sips:"u8)) uri = uri[5..];

        // The first one: an '@' in the user would have to be escaped (RFC 3261 25.1), one in a parameter comes later.
        var at = uri.IndexOf((byte)'@');
        var host = at < 0 ? uri : uri[(at + 1)..];
        var user = at < 0 ? default : uri[..at];
        if (user.IndexOf((byte)':') is >= 0 and var password) user = user[..password];

        user.CopyTo(address);
        var length = user.Length;
        if (at >= 0) address[length++] = (byte)'@';
        return length + WriteHost(host, address[length..]);
    }

    private static int WriteHost(ReadOnlySpan<byte> host, Span<byte> address)
    {
        if (host.IndexOfAny((byte)';', (byte)'?', (byte)'>') is >= 0 and var end) host = host[..end];
        // An IPv6 reference keeps its brackets; the colons inside are no port.
        var port = !host.IsEmpty && host[0] == '[' ? host.IndexOf((byte)']') + 1 : host.IndexOf((byte)':');
        if (port > 0) host = host[..port];
        Ascii.ToLower(host, address, out var written);
        if (written < host.Length)
        {
            // Not ASCII: keep the bytes, lower what is.
            host.CopyTo(address);
            for (var i = 0; i < host.Length; i++)
                if (address[i] is >= (byte)'A' and <= (byte)'Z') address[i] |= 0x20;
        }
        return host.Length;
    }

    private static int WriteNumber(ReadOnlySpan<byte> number, Span<byte> address)
    {
        var length = 0;
        foreach (var digit in number)
        {
            if (digit is (byte)';' or (byte)'?') break;
            if (digit is not ((byte)'-' or (byte)'.' or (byte)'(' or (byte)')' or (byte)' ')) address[length++] = digit;
        }
        return length;
    }

    private static bool StartsWith(ReadOnlySpan<byte> uri, ReadOnlySpan<byte> scheme) =>
        uri.Length >= scheme.Length && Ascii.EqualsIgnoreCase(uri[..scheme.Length], scheme);
}
