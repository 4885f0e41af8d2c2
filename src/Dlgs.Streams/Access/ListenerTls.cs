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
            if (certificate is null && isOptional) return true;
            if (certificate is null) return Refuse(connection, RefusedFor.Nothing, "it showed no certificate, and has to have one of the authorities set here");
            if (errors == SslPolicyErrors.None && chain is not null)
            {
                connection.Features.Set(new ClientCertificate((X509Certificate2)certificate, chain, trusted));
                return true;
            }
            return Refuse(connection, RefusedFor.Certificate, Reason(certificate, chain, errors));
        };
        return options;
    }

    /// <summary>Tells of a handshake that came to nothing, unless it was refused, which was told.</summary>
    public void TellFailed(ConnectionContext connection, string why)
    {
        if (connection.Features.Get<Told>() is null) Refuse(connection, RefusedFor.Nothing, why);
    }

    public bool IsTaken(ClientCertificate certificate, DateTimeOffset now) => authorities is not null && certificate.IsTaken(authorities.Current, now);

    private bool Refuse(ConnectionContext connection, RefusedFor why, string reason)
    {
        connection.Features.Set(new Told());
        refusals.Add(why, reason, (connection.RemoteEndPoint as IPEndPoint)?.Address);
        return false;
    }

    private static string Reason(X509Certificate certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        var why = string.Join(' ', chain?.ChainStatus.Select(status => status.StatusInformation) ?? [$"{errors}."]);
        return $"the certificate of {CertificateNames.Shortened(certificate.Subject)}: {why}";
    }

    /// <summary>Marks a connection that was told of.</summary>
    private sealed class Told;
}
