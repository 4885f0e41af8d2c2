using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Dlgs.Streams.Client;

/// <summary>What a port speaks, told by what comes back. Both throw a SocketException where nobody listens.</summary>
internal static class PortProbe
{
    /// <summary>The start of a connection of HTTP/2, with empty SETTINGS (RFC 9113 3.4): who speaks it answers with SETTINGS.</summary>
    private static readonly byte[] Preface = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, 0, 0, 0, SettingsFrame, 0, 0, 0, 0, 0];

    private const byte SettingsFrame = 4;

    /// <summary>Shakes hands as these options say. Who shows a certificate that is not trusted is sent nothing. Null: it is no TLS.</summary>
    public static async Task<SeenTls?> SeeTlsAsync(Uri address, SslClientAuthenticationOptions tls, CancellationToken cancellation)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(address.DnsSafeHost, address.Port, cancellation);
        SeenTls? seen = null;
        var wantsCertificate = false;
        tls.RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
        {
            seen = new SeenTls(errors, SeenTls.NamesOf(certificate as X509Certificate2));
            return errors == SslPolicyErrors.None;
        };
        // Asked once before there is anybody, and once more by whoever wants one.
        if (tls.ClientCertificateContext is null) tls.LocalCertificateSelectionCallback = (_, _, _, remote, _) =>
        {
            wantsCertificate |= remote is not null;
            return null!;
        };
        using var stream = new SslStream(client.GetStream(), leaveInnerStreamOpen: false);
        try
        {
            await stream.AuthenticateAsClientAsync(tls, cancellation);
            var hasHttp2 = stream.NegotiatedApplicationProtocol == SslApplicationProtocol.Http2;
            // With TLS 1.3 whoever refuses our certificate, or that there is none, does so after the handshake.
            return seen! with { HasHttp2 = hasHttp2, GoesOn = hasHttp2 && await AnswersAsync(stream, cancellation), WantsCertificate = wantsCertificate };
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            // Refused by either, or no TLS at all.
            return seen is null ? null : seen with { HasHttp2 = true, WantsCertificate = wantsCertificate };
        }
    }

    public static async Task<bool> SpeaksPlainHttp2Async(Uri address, CancellationToken cancellation)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(address.DnsSafeHost, address.Port, cancellation);
        return await AnswersAsync(client.GetStream(), cancellation);
    }

    private static async Task<bool> AnswersAsync(Stream stream, CancellationToken cancellation)
    {
        try
        {
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

/// <summary>Who showed a certificate.</summary>
/// <param name="Errors">What speaks against it.</param>
/// <param name="Names">Whose it is.</param>
internal sealed record SeenTls(SslPolicyErrors Errors, string Names)
{
    private const int MostNames = 5;

    public bool HasHttp2 { get; init; }

    /// <summary>It spoke after the handshake: it let the client in.</summary>
    public bool GoesOn { get; init; }

    public bool WantsCertificate { get; init; }

    public static string NamesOf(X509Certificate2? certificate)
    {
        var names = certificate?.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        string[] all = names is null ? [] : [.. names.EnumerateDnsNames(), .. names.EnumerateIPAddresses().Select(ip => $"{ip}")];
        return all.Length == 0 ? "nobody" : string.Join(", ", all.Take(MostNames)) + (all.Length > MostNames ? ", ..." : "");
    }
}
