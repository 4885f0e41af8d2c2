using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Dlgs.Streams.Access;

/// <summary>Whoever is at the other end did not prove to be an instance of this service.</summary>
internal sealed class NoPeerException(string reason) : AuthenticationException(reason);

/// <summary>
/// How instances prove to each other what they are: each shows a certificate of the authorities of peer_ca, and of no others, with the name dlgs-peer.
/// Its address says nothing: it is another one tomorrow. The files are as they are at the moment of a handshake.
/// </summary>
/// <param name="own">The certificate of this instance.</param>
/// <param name="authorities">Of all.</param>
/// <param name="refused">Told of those who came, and were not let in.</param>
internal sealed class PeerTls(ReloadedFile<SslStreamCertificateContext> own, ReloadedFile<X509Certificate2Collection> authorities, RefusedCallers refused)
{
    /// <summary>The SAN, a dNSName, that no other certificate of the same authority has.</summary>
    public const string Name = "dlgs-peer";

    /// <summary>Of a connection that comes in.</summary>
    public SslServerAuthenticationOptions Greet(EndPoint? from) => new()
    {
        ServerCertificateContext = own.Current,
        ClientCertificateRequired = true,
        CertificateChainPolicy = ClientCertificate.PolicyOf(authorities.Current),
        EnabledSslProtocols = ListenerTls.Versions,
        // A session that is resumed has no chain to look at.
        AllowTlsResume = false,
        RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
        {
            if (FaultOf(certificate, chain, errors) is not { } fault) return true;
            refused.Add(RefusedFor.Certificate, fault, (from as IPEndPoint)?.Address);
            return false;
        },
    };

    /// <summary>A connection to whoever is there. Throws <see cref="NoPeerException"/>, before it is told anything, where that is no peer.</summary>
    public async ValueTask<Stream> ConnectAsync(DnsEndPoint there, CancellationToken cancellation)
    {
        var client = new System.Net.Sockets.TcpClient { NoDelay = true };
        string? fault = null;
        try
        {
            await client.ConnectAsync(there.Host, there.Port, cancellation);
            var stream = new SslStream(client.GetStream());
            await stream.AuthenticateAsClientAsync(Approach(found => fault = found), cancellation);
            return stream;
        }
        catch (Exception e)
        {
            client.Dispose();
            if (fault is not null) throw new NoPeerException(fault);
            if (e is AuthenticationException) throw new IOException($"no handshake of TLS came of it, is peer https there? {e.Message}");
            throw;
        }
    }

    private SslClientAuthenticationOptions Approach(Action<string> isNoPeer) => new()
    {
        TargetHost = Name,
        ClientCertificateContext = own.Current,
        CertificateChainPolicy = ClientCertificate.PolicyOf(authorities.Current, ClientCertificate.ServerAuthentication),
        EnabledSslProtocols = ListenerTls.Versions,
        AllowTlsResume = false,
        ApplicationProtocols = [SslApplicationProtocol.Http2],
        RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
        {
            if (FaultOf(certificate, chain, errors) is not { } fault) return true;
            isNoPeer(fault);
            return false;
        },
    };

    /// <summary>Null: it is a peer. The name is looked at more closely than TLS does, to which the subject would do.</summary>
    private static string? FaultOf(X509Certificate? shown, X509Chain? chain, SslPolicyErrors errors)
    {
        if (shown is not X509Certificate2 certificate || chain is null) return "it shows no certificate";
        if ((errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) != SslPolicyErrors.None) return FaultOf(certificate, chain);
        return HasName(certificate) ? null : $"its certificate ({CertificateNames.Shortened(certificate.Subject)}) has no SAN {Name}";
    }

    private static string FaultOf(X509Certificate2 certificate, X509Chain chain)
    {
        var (subject, issuer) = (CertificateNames.Shortened(certificate.Subject), CertificateNames.Shortened(certificate.Issuer));
        var faults = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, status) => all | status.Status);
        return faults.HasFlag(X509ChainStatusFlags.UntrustedRoot) || faults.HasFlag(X509ChainStatusFlags.PartialChain)
            ? $"its certificate ({subject}) is signed by {issuer}, which is not in peer_ca"
            : faults.HasFlag(X509ChainStatusFlags.NotTimeValid)
            ? $"its certificate ({subject}), or one above it, is valid at another time: {certificate.NotBefore.ToUniversalTime():u} to "
                + $"{certificate.NotAfter.ToUniversalTime():u}"
            : faults.HasFlag(X509ChainStatusFlags.NotValidForUsage)
            ? $"its certificate ({subject}) is not for this end of a connection: peers are clients and servers"
            : $"its certificate ({subject}): {string.Join(' ', chain.ChainStatus.Select(status => status.StatusInformation))}";
    }

    /// <summary>Throws a <see cref="BadFileException"/> for a certificate that no other instance would take.</summary>
    public static void CheckName(X509Certificate2 own)
    {
        var subject = CertificateNames.Shortened(own.Subject);
        if (!HasName(own)) throw new BadFileException($"the certificate of {subject} has no SAN {Name}; no other instance would take it");
    }

    /// <summary>Whether the others would take this one, if they have the same authorities.</summary>
    public static bool IsVouchedFor(SslStreamCertificateContext own, X509Certificate2Collection authorities)
    {
        using var chain = new X509Chain { ChainPolicy = ClientCertificate.PolicyOf(authorities) };
        chain.ChainPolicy.ExtraStore.AddRange(own.IntermediateCertificates.ToArray());
        return chain.Build(own.TargetCertificate);
    }

    private static bool HasName(X509Certificate2 certificate)
    {
        try
        {
            return certificate.MatchesHostname(Name, allowWildcards: false, allowCommonName: false);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
