using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Dlgs.Streams.Tests.Access;

/// <summary>An authority, and what it signs, in PEM files of a folder that goes with it.</summary>
internal sealed class Certificates : IDisposable
{
    public const string ServerUse = "1.3.6.1.5.5.7.3.1", ClientUse = "1.3.6.1.5.5.7.3.2";

    private readonly ECDsa authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 authority;
    private readonly DateTimeOffset now = TimeProvider.System.GetUtcNow();

    public Certificates(string name = "dlgs test authority")
    {
        var request = new CertificateRequest($"CN={name}", authorityKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        authority = request.CreateSelfSigned(now.AddDays(-10), now.AddDays(10));
        AuthorityFile = Write("ca.pem", authority.ExportCertificatePem());
        var server = Issue("CN=dlgs", ServerUse, names => names.AddIpAddress(IPAddress.Loopback));
        (ServerFile, ServerKey) = Write("server", server);
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("dlgs-access").FullName;

    public string AuthorityFile { get; }

    public string ServerFile { get; }

    public string ServerKey { get; }

    public X509Certificate2 Authority => authority;

    /// <summary>Valid now, and for a day.</summary>
    public X509Certificate2 Issue(
        string subject, string use, Action<SubjectAlternativeNameBuilder>? name = null, TimeSpan begun = default, TimeSpan? lasts = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(use)], critical: false));
        // Of two authorities of one name, which one.
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, true, false));
        var names = new SubjectAlternativeNameBuilder();
        name?.Invoke(names);
        if (name is not null) request.CertificateExtensions.Add(names.Build());
        var from = now - (begun == default ? TimeSpan.FromHours(1) : begun);
        using var signed = request.Create(authority, from, from + (lasts ?? TimeSpan.FromDays(1)), RandomNumberGenerator.GetBytes(8));
        return signed.CopyWithPrivateKey(key);
    }

    /// <summary>A client's, of an authority between, which has to come with it.</summary>
    public (X509Certificate2 Client, X509Certificate2 Between) ClientByAnother(string subject)
    {
        using var betweenKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var between = new CertificateRequest("CN=between", betweenKey, HashAlgorithmName.SHA256);
        between.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        var signer = between.Create(authority, now.AddDays(-2), now.AddDays(2), RandomNumberGenerator.GetBytes(8));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var client = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        using var withKey = signer.CopyWithPrivateKey(betweenKey);
        using var signed = client.Create(withKey, now.AddHours(-1), now.AddDays(1), RandomNumberGenerator.GetBytes(8));
        return (signed.CopyWithPrivateKey(key), signer);
    }

    public X509Certificate2 Client(string subject = "CN=policy", Action<SubjectAlternativeNameBuilder>? name = null) => Issue(subject, ClientUse, name);

    /// <summary>That nobody vouches for.</summary>
    public static X509Certificate2 SelfSigned(string subject)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        return new CertificateRequest(subject, key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }

    public (string File, string Key) Write(string name, X509Certificate2 certificate) =>
        (Write(name + ".crt", certificate.ExportCertificatePem()), Write(name + ".key", certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()));

    public string Write(string name, string text)
    {
        var path = Path.Combine(Folder, name);
        File.WriteAllText(path, text + "\n");
        return path;
    }

    public void Dispose()
    {
        authority.Dispose();
        authorityKey.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
