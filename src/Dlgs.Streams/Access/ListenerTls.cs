using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;

namespace Dlgs.Streams.Access;

/// <summary>TLS of one listener, as its files are at the moment of a handshake.</summary>
/// <param name="own">Its certificate.</param>
/// <param name="authorities">Of its callers; null: it asks nobody for a certificate.</param>
/// <param name="isOptional">Who has none may prove itself otherwise; one that is wrong is refused all the same.</param>
/// <param name="refusals">Told of those that were refused.</param>
internal sealed class ListenerTls(
    ReloadedFile<SslStreamCertificateContext> own, ReloadedFile<X509Certificate2Collection>? authorities, bool isOptional, RefusedCallers refusals)
{
    /// <summary>Of every connection, peers' too.</summary>
    public const SslProtocols Versions = SslProtocols.Tls12 | SslProtocols.Tls13;

    /// <summary>Leaves with the connection who it is: a <see cref="ClientCertificate"/>.</summary>
    public SslServerAuthenticationOptions Greet(ConnectionContext connection)
    {
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = own.Current,
            EnabledSslProtocols = Versions,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        };
        if (authorities is null) return options;
        var trusted = authorities.Current;
        options.ClientCertificateRequired = true;
        options.CertificateChainPolicy = ClientCertificate.PolicyOf(trusted);
        // A session that is resumed has no chain to look at.
        options.AllowTlsResume = false;
        options.RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
        {
            if (certificate is null) return isOptional;
            if (errors == SslPolicyErrors.None && chain is not null)
            {
                connection.Features.Set(new ClientCertificate((X509Certificate2)certificate, chain, trusted));
                return true;
            }
            refusals.Add(RefusedFor.Certificate, Reason(certificate, chain, errors), (connection.RemoteEndPoint as IPEndPoint)?.Address);
            return false;
        };
        return options;
    }

    public bool IsTaken(ClientCertificate certificate, DateTimeOffset now) => authorities is not null && certificate.IsTaken(authorities.Current, now);

    private static string Reason(X509Certificate certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        var why = string.Join(' ', chain?.ChainStatus.Select(status => status.StatusInformation) ?? [$"{errors}."]);
        return $"the certificate of {CertificateNames.Shortened(certificate.Subject)}: {why}";
    }
}
