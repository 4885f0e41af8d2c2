using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Dlgs.Streams.Tests.Client;
using Dlgs.Streams.Tests.Grpc;

namespace Dlgs.Streams.Tests.Http;

/// <summary>With a certificate: either version of HTTP.</summary>
public sealed class TlsTests
{
    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Count_is_answered_in_either_version(string version)
    {
        using var certificate = new ServerCertificate();
        await using var host = await QueryHost.StartAsync(settings:
            [("http", "https://127.0.0.1:0"), ("http_certificate", certificate.PemFile), ("http_key", certificate.KeyFile)]);
        using var client = new HttpClient(new SocketsHttpHandler { SslOptions = Trusting(certificate) });
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(host.Http, "/v1/count"))
        {
            Version = Version.Parse(version), VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.OK, Version.Parse(version)), (response.StatusCode, response.Version));
    }

    private static SslClientAuthenticationOptions Trusting(ServerCertificate certificate)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(certificate.PemFile);
        return new SslClientAuthenticationOptions { CertificateChainPolicy = policy };
    }
}
