using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Dlgs.Streams.Access;

/// <summary>The certificate that a connection was opened with, and the authorities that vouched for it then.</summary>
internal sealed class ClientCertificate
{
    /// <summary>A caller's, by its extended key usage: a server's certificate, be it of the same authority, is none.</summary>
    private static readonly Oid ClientAuthentication = new("1.3.6.1.5.5.7.3.2");

    /// <summary>Of who is called.</summary>
    public static readonly Oid ServerAuthentication = new("1.3.6.1.5.5.7.3.1");

    /// <summary>As bytes: the handshake's objects go with it.</summary>
    private readonly byte[] certificate;
    private readonly byte[][] between;
    private readonly DateTimeOffset validUntil;
    private volatile X509Certificate2Collection vouched;

    /// <param name="certificate">As the handshake took it.</param>
    /// <param name="chain">With those that were sent beside it.</param>
    /// <param name="authorities">By whom it was taken.</param>
    public ClientCertificate(X509Certificate2 certificate, X509Chain chain, X509Certificate2Collection authorities)
    {
        this.certificate = certificate.RawData;
        between = [.. chain.ChainElements.Skip(1).Select(element => element.Certificate.RawData)];
        vouched = authorities;
        Names = CertificateNames.Of(certificate);
        validUntil = certificate.NotAfter.ToUniversalTime();
    }

    public IReadOnlyList<string> Names { get; }

    /// <summary>A connection may last for months: it is over with its certificate, or with the authority.</summary>
    public bool IsTaken(X509Certificate2Collection authorities, DateTimeOffset now)
    {
        if (now > validUntil) return false;
        if (ReferenceEquals(authorities, vouched)) return true;
        using var chain = new X509Chain { ChainPolicy = PolicyOf(authorities) };
        foreach (var each in between) chain.ChainPolicy.ExtraStore.Add(X509CertificateLoader.LoadCertificate(each));
        using var again = X509CertificateLoader.LoadCertificate(certificate);
        if (!chain.Build(again)) return false;
        vouched = authorities;
        return true;
    }

    /// <summary>These authorities, and none of the machine's. One policy for each look: it is filled with what the caller sends.</summary>
    public static X509ChainPolicy PolicyOf(X509Certificate2Collection authorities, Oid? use = null)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            // No certificate sends us anywhere to fetch another.
            DisableCertificateDownloads = true,
            ApplicationPolicy = { use ?? ClientAuthentication },
        };
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }
}
