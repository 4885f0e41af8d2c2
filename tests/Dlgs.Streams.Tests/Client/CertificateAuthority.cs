using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Dlgs.Streams.Tests.Client;

/// <summary>Signs certificates for tests, in PEM files that go with it.</summary>
internal sealed class CertificateAuthority : IDisposable
{
    public const string ForServers = "1.3.6.1.5.5.7.3.1";
    public const string ForClients = "1.3.6.1.5.5.7.3.2";

    private readonly X509Certificate2 own;
    private readonly DirectoryInfo folder;

    /// <summary>Null: its own authority; else one that the other has signed.</summary>
    private readonly CertificateAuthority? above;

    public CertificateAuthority(CertificateAuthority? above = null)
    {
        this.above = above;
        folder = above?.folder ?? Directory.CreateTempSubdirectory();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN=authority {Guid.NewGuid():N}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        var now = TimeProvider.System.GetUtcNow();
        if (above is null) own = request.CreateSelfSigned(now.AddDays(-9), now.AddDays(9));
        else
        {
            using var signed = request.Create(above.own, now.AddDays(-8), now.AddDays(8), NewSerial());
            own = signed.CopyWithPrivateKey(key);
        }
        PemFile = Write(own.ExportCertificatePem());
    }

    public string PemFile { get; }

    /// <summary>For these names and addresses, each as it is; what is not for both ends says for which; days from now until it expires.</summary>
    public IssuedCertificate Issue(string name, string[] names, string? usage = null, int days = 1)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var each in names)
            if (IPAddress.TryParse(each, out var address)) alternatives.AddIpAddress(address);
            else alternatives.AddDnsName(each);
        if (names.Length > 0) request.CertificateExtensions.Add(alternatives.Build());
        if (usage is not null) request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], critical: false));
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.Create(own, now.AddDays(-7), now.AddDays(days), NewSerial());
        var chain = certificate.ExportCertificatePem() + (above is null ? "" : "\n" + own.ExportCertificatePem());
        return new IssuedCertificate(Write(chain), Write(key.ExportPkcs8PrivateKeyPem()));
    }

    private static byte[] NewSerial() => [1, .. Guid.NewGuid().ToByteArray()];

    private string Write(string text)
    {
        var file = Path.Combine(folder.FullName, Guid.NewGuid().ToString("N"));
        File.WriteAllText(file, text);
        return file;
    }

    public void Dispose()
    {
        own.Dispose();
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
