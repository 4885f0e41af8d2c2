using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Dlgs.Streams.Tests.Client;

/// <summary>Signs certificates for tests, in PEM files that go with it.</summary>
internal sealed class CertificateAuthority : IDisposable
{
    public const string ForServers = "1.3.6.1.5.5.7.3.1";
    public const string ForClients = "1.3.6.1.5.5.7.3.2";

    private readonly DirectoryInfo folder;

    /// <summary>Null: its own authority; else one that the other has signed.</summary>
    private readonly CertificateAuthority? above;

    public CertificateAuthority(CertificateAuthority? above = null, string? name = null)
    {
        this.above = above;
        folder = above?.folder ?? Directory.CreateTempSubdirectory("dlgs-ca-");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name ?? $"authority {Guid.NewGuid():N}"}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        if (above is null) Own = request.CreateSelfSigned(Now.AddDays(-10), Now.AddDays(10));
        else
        {
            using var signed = request.Create(above.Own, Now.AddDays(-8), Now.AddDays(8), NewSerial());
            Own = signed.CopyWithPrivateKey(key);
        }
        PemFile = Write("ca.pem", Own.ExportCertificatePem());
    }

    public X509Certificate2 Own { get; }

    public string PemFile { get; }

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    /// <summary>With its key; valid between two times, from now.</summary>
    public X509Certificate2 Sign(string subject, string? usage, Action<SubjectAlternativeNameBuilder>? names, TimeSpan from, TimeSpan until)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        if (usage is not null) request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], critical: false));
        // Of two authorities of one name, which one.
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Own, true, false));
        var alternatives = new SubjectAlternativeNameBuilder();
        names?.Invoke(alternatives);
        if (names is not null) request.CertificateExtensions.Add(alternatives.Build());
        using var signed = request.Create(Own, Now + from, Now + until, NewSerial());
        return signed.CopyWithPrivateKey(key);
    }

    /// <summary>For these names and addresses, each as it is; what is not for both ends says for which; days from now until it expires.</summary>
    public IssuedCertificate Issue(string name, string[] names, string? usage = null, int days = 1)
    {
        using var certificate = Sign($"CN={name}", usage, names.Length == 0 ? null : Add, TimeSpan.FromDays(-7), TimeSpan.FromDays(days));
        var chain = certificate.ExportCertificatePem() + (above is null ? "" : "\n" + Own.ExportCertificatePem());
        return new IssuedCertificate(Write($"{Guid.NewGuid():N}.crt", chain), Write($"{Guid.NewGuid():N}.key", KeyOf(certificate)));

        void Add(SubjectAlternativeNameBuilder alternatives)
        {
            foreach (var each in names)
                if (IPAddress.TryParse(each, out var address)) alternatives.AddIpAddress(address);
                else alternatives.AddDnsName(each);
        }
    }

    public static string KeyOf(X509Certificate2 certificate) => certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem();

    /// <summary>A file that goes with it. Whoever is signed by another shares that one's folder, and has names of its own there.</summary>
    public string Write(string name, string text)
    {
        var file = Path.Combine(folder.FullName, above is null ? name : $"{Guid.NewGuid():N}-{name}");
        File.WriteAllText(file, text + "\n");
        return file;
    }

    private static byte[] NewSerial() => [1, .. Guid.NewGuid().ToByteArray()];

    public void Dispose()
    {
        Own.Dispose();
        if (above is null) folder.Delete(recursive: true);
    }
}

/// <summary>A certificate and its key, each a file.</summary>
internal sealed record IssuedCertificate(string PemFile, string KeyFile)
{
    /// <summary>In the place of another, as secrets are replaced.</summary>
    public void Replace(IssuedCertificate other)
    {
        File.Copy(PemFile, other.PemFile, overwrite: true);
        File.Copy(KeyFile, other.KeyFile, overwrite: true);
    }
}
