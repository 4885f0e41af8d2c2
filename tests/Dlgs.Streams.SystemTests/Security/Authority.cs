using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Dlgs.Streams.SystemTests.Security;

/// <summary>A CA of a test's own, in a folder: its certificate, and those that it signed, each with its key in one PEM file.</summary>
internal sealed class Authority : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("dlgs-ca-").FullName;
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 certificate;

    public Authority()
    {
        var request = new CertificateRequest("CN=dlgs test CA", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        certificate = request.CreateSelfSigned(Now.AddDays(-2), Now.AddDays(2));
        File.WriteAllText(PemFile, certificate.ExportCertificatePem());
    }

    public string PemFile => Path.Combine(folder, "ca.pem");

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    /// <summary>A file with key and certificate: for a broker of that name, or for a client whom brokers know by it.</summary>
    public string Issue(string name, bool isExpired = false)
    {
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", own, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        var until = isExpired ? Now.AddDays(-1) : Now.AddDays(1);
        using var issued = request.Create(certificate, Now.AddDays(-2), until, RandomNumberGenerator.GetBytes(16));
        var path = Path.Combine(folder, $"{name}{(isExpired ? "-expired" : "")}.pem");
        File.WriteAllText(path, $"{own.ExportPkcs8PrivateKeyPem()}\n{issued.ExportCertificatePem()}\n");
        return path;
    }

    public void Dispose()
    {
        certificate.Dispose();
        key.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
