using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Dlgs.Streams.Tests.Client;

namespace Dlgs.Streams.Tests.Access;

/// <summary>What a listener is given, and its callers: an authority, what it signs, and files of a folder that goes with it.</summary>
internal sealed class Certificates : IDisposable
{
    public const string ServerUse = CertificateAuthority.ForServers, ClientUse = CertificateAuthority.ForClients;

    private readonly CertificateAuthority authority;

    public Certificates(string name = "dlgs test authority")
    {
        authority = new CertificateAuthority(name: name);
        var server = Issue("CN=dlgs", ServerUse, names => names.AddIpAddress(IPAddress.Loopback));
        (ServerFile, ServerKey) = Write("server", server);
    }

    public string AuthorityFile => authority.PemFile;

    public string ServerFile { get; }

    public string ServerKey { get; }

    public X509Certificate2 Authority => authority.Own;

    /// <summary>Valid now, and for a day.</summary>
    public X509Certificate2 Issue(
        string subject, string use, Action<SubjectAlternativeNameBuilder>? name = null, TimeSpan begun = default, TimeSpan? lasts = null)
    {
        var from = -(begun == default ? TimeSpan.FromHours(1) : begun);
        return authority.Sign(subject, use, name, from, from + (lasts ?? TimeSpan.FromDays(1)));
    }

    /// <summary>A client's, of an authority between, which has to come with it.</summary>
    public (X509Certificate2 Client, X509Certificate2 Between) ClientByAnother(string subject)
    {
        using var between = new CertificateAuthority(authority, "between");
        var client = between.Sign(subject, usage: null, names: null, TimeSpan.FromHours(-1), TimeSpan.FromDays(1));
        return (client, X509CertificateLoader.LoadCertificate(between.Own.RawData));
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
        (Write(name + ".crt", certificate.ExportCertificatePem()), Write(name + ".key", CertificateAuthority.KeyOf(certificate)));

    public string Write(string name, string text) => authority.Write(name, text);

    public void Dispose() => authority.Dispose();
}
