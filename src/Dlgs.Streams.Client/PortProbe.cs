using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Dlgs.Streams.Client;

/// <summary>What a port speaks, told by what comes back. Both throw a SocketException where nobody listens.</summary>
internal static class PortProbe
{
    /// <summary>The start of a connection of HTTP/2, with empty SETTINGS (RFC 9113 3.4): who speaks it answers with SETTINGS.</summary>
    private static readonly byte[] Preface = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, 0, 0, 0, SettingsFrame, 0, 0, 0, 0, 0];

    private const byte SettingsFrame = 4;

    /// <summary>It showed a certificate, whatever that is worth: nothing is sent to it.</summary>
    public static async Task<bool> SpeaksTlsAsync(Uri address, CancellationToken cancellation)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(address.DnsSafeHost, address.Port, cancellation);
        var hasCertificate = false;
        using var tls = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, (_, _, _, _) =>
        {
            hasCertificate = true;
            return false;
        });
        try
        {
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = address.DnsSafeHost }, cancellation);
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            // Refused by us, or no TLS at all.
        }
        return hasCertificate;
    }

    public static async Task<bool> SpeaksPlainHttp2Async(Uri address, CancellationToken cancellation)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(address.DnsSafeHost, address.Port, cancellation);
        try
        {
            var stream = client.GetStream();
            await stream.WriteAsync(Preface, cancellation);
            var frame = new byte[9];
            await stream.ReadExactlyAsync(frame, cancellation);
            return frame[3] == SettingsFrame;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
