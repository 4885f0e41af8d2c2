using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Dlgs.Streams.Tests.Client;

/// <summary>A certificate for 127.0.0.1, or for a name alone, that nobody signed but itself, in PEM files.</summary>
internal sealed class ServerCertificate : IDisposable
{
    public ServerCertificate(string? name = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=dlgs test", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (name is null) names.AddIpAddress(IPAddress.Loopback);
        else names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        File.WriteAllText(PemFile, certificate.ExportCertificatePem());
        File.WriteAllText(KeyFile, key.ExportPkcs8PrivateKeyPem());
    }

    public string PemFile { get; } = Path.GetTempFileName();

    public string KeyFile { get; } = Path.GetTempFileName();

    public void Dispose()
    {
        File.Delete(PemFile);
        File.Delete(KeyFile);
    }
}
