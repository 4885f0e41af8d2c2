using System.Security.Cryptography.X509Certificates;
using Dlgs.Streams.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Tests.Access;

/// <summary>
/// What would be open, or what could not work, does not start. In a line, CA is a file with an authority; CRT and KEY, OLD and OLD_KEY (expired) and NEW
/// and NEW_KEY (not yet valid) are certificates; EMPTY and KEYS (public keys), SECRET (a JWKS with one) are files.
/// </summary>
public sealed class RefusedConfigurationTests : IDisposable
{
    private const string Tls = "tls_certificate=CRT tls_key=KEY ";
    private const string Mutual = Tls + "tls_client_ca=CA ";

    private readonly Certificates certificates = new();
    private readonly Dictionary<string, string> files;

    public RefusedConfigurationTests()
    {
        var (old, oldKey) = certificates.Write("old", certificates.Issue("CN=dlgs", Certificates.ServerUse, null, TimeSpan.FromDays(3)));
        var (young, youngKey) = certificates.Write("new", certificates.Issue("CN=dlgs", Certificates.ServerUse, null, TimeSpan.FromDays(-3)));
        files = new()
        {
            ["CA"] = certificates.AuthorityFile, ["CRT"] = certificates.ServerFile, ["KEY"] = certificates.ServerKey,
            ["OLD"] = old, ["OLD_KEY"] = oldKey, ["NEW"] = young, ["NEW_KEY"] = youngKey,
            ["EMPTY"] = certificates.Write("empty.pem", ""),
            ["KEYS"] = certificates.Write("keys.pem", certificates.Authority.GetECDsaPublicKey()!.ExportSubjectPublicKeyInfoPem()),
            ["SECRET"] = certificates.Write("secret.json", """{"keys":[{"kty":"oct","kid":"a","k":"c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0"}]}"""),
        };
    }

    [Theory]
    [InlineData("grpc=http://0.0.0.0:1", "grpc: 'http://0.0.0.0:1' is not loopback; without TLS anybody could read")]
    [InlineData("http=http://10.0.0.7:1", "http: 'http://10.0.0.7:1' is not loopback; without TLS anybody could read")]
    [InlineData("http=http://[::]:1 " + Mutual + "roles=*=read", "http: 'http://[::]:1' is not loopback; without TLS anybody could read")]
    [InlineData("peer=http://10.0.0.7:1", "peer: 'http://10.0.0.7:1' is not loopback; beyond it peers prove what they are")]
    [InlineData("peer=https://0.0.0.0:1", "peer: 'https://0.0.0.0:1' needs peer_certificate, peer_key and peer_ca")]
    [InlineData("peer=https://0.0.0.0:1 " + Mutual, "peer_certificate, peer_key: the certificate of CN=dlgs has no SAN dlgs-peer")]
    [InlineData("peer=https://0.0.0.0:1 peers=http://10.0.0.7:1 " + Mutual, "peers: 'http://10.0.0.7:1', and peer is https: all instances speak the same")]
    [InlineData("peer=https://0.0.0.0:1 peers=https://[::]:1 " + Mutual, "peers: 'https://[::]:1' is everywhere; say at which address it is reached")]
    [InlineData("peer=https://0.0.0.0:1 peer_advertise=pod:1 " + Mutual, "peer_advertise: 'pod:1' is no address, as http://127.0.0.1:5070.")]
    [InlineData("peer=http://127.0.0.1:1 peers=http://10.0.0.7:1", "peers: 'http://10.0.0.7:1' is not loopback; beyond it peers prove what they are")]
    [InlineData("grpc=https://127.0.0.1:1", "grpc: 'https://127.0.0.1:1' needs grpc_certificate and grpc_key, or tls_certificate and tls_key")]
    [InlineData("grpc=https://127.0.0.1:1 grpc_certificate=CRT", "grpc: 'https://127.0.0.1:1' needs grpc_certificate and grpc_key")]
    [InlineData("grpc=https://0.0.0.0:1 " + Tls, "grpc: 'https://0.0.0.0:1' is not loopback, and would be open to everybody; set tls_client_ca, or jwt_")]
    [InlineData("http=https://0.0.0.0:1 " + Tls, "http: 'https://0.0.0.0:1' is not loopback, and would be open to everybody; set tls_client_ca, or jwt_")]
    [InlineData("grpc=https://0.0.0.0:1 roles=*=read grpc_client_ca= " + Mutual, "grpc: 'https://0.0.0.0:1' is not loopback, and would be open")]
    [InlineData("grpc=https://0.0.0.0:1 " + Mutual, "roles: whoever proves who it is might do nothing at grpc; set roles")]
    [InlineData("grpc=https://127.0.0.1:1 " + Mutual, "roles: whoever proves who it is might do nothing at grpc; set roles")]
    [InlineData("grpc=https://0.0.0.0:1 roles=sub:a=count " + Mutual, "roles: only tokens are named (sub:), and grpc takes certificates alone")]
    [InlineData("grpc=https://0.0.0.0:1 roles=cn:a=count jwt_audience=dlgs jwt_keys=KEYS " + Tls,
        "roles: only certificates are named, and grpc takes tokens alone")]
    [InlineData("grpc=https://0.0.0.0:1 roles=cn:a=count,admin " + Mutual, "roles: 'admin' is no role; count, read, tag, close or metrics.")]
    [InlineData("grpc=https://0.0.0.0:1 roles=cn:a= " + Mutual, "roles: '' is no role")]
    [InlineData("grpc=https://0.0.0.0:1 roles=policy=count " + Mutual, "roles: 'policy' does not say whose name it is: cn:, dns:, uri: or sub: before it")]
    [InlineData("grpc=https://0.0.0.0:1 roles=ip:10.0.0.1=count " + Mutual, "roles: 'ip:10.0.0.1' does not say whose name it is")]
    [InlineData("grpc=https://0.0.0.0:1 roles=cn:=count " + Mutual, "roles: 'cn:' does not say whose name it is")]
    [InlineData("grpc=https://0.0.0.0:1 roles=dns:a=count;dns:A=read " + Mutual, "roles: 'dns:a' stands there twice")]
    [InlineData("grpc=https://0.0.0.0:1 roles=everybody " + Mutual, "roles: 'everybody' is not NAME=ROLE[,...].")]
    [InlineData("http=https://0.0.0.0:1 roles=*=read jwt_keys=KEYS " + Tls, "jwt_audience: required with jwt_authority and jwt_keys")]
    [InlineData("http=https://0.0.0.0:1 roles=*=read jwt_audience=dlgs " + Mutual, "jwt_audience: needs jwt_authority or jwt_keys")]
    [InlineData("http=https://0.0.0.0:1 roles=*=read jwt_audience=dlgs jwt_keys=KEYS jwt_authority=https://login.example " + Tls,
        "jwt_authority: not together with jwt_keys")]
    [InlineData("http=https://0.0.0.0:1 roles=*=read jwt_audience=dlgs jwt_authority=http://login.example " + Tls,
        "jwt_authority: 'http://login.example' is no https URL")]
    [InlineData("http=https://0.0.0.0:1 roles=*=read jwt_audience=dlgs jwt_authority=login.example " + Tls, "jwt_authority: 'login.example' is no https URL")]
    [InlineData("http=https://0.0.0.0:1 roles=*=read jwt_audience=dlgs jwt_keys=EMPTY " + Tls, "http_jwt_keys: 'EMPTY' has no public key")]
    [InlineData("http=https://0.0.0.0:1 roles=*=read jwt_audience=dlgs jwt_keys=SECRET " + Tls, "http_jwt_keys: 'SECRET' has no public keys: it has a secret")]
    [InlineData("http=https://0.0.0.0:1 roles=*=read jwt_audience=dlgs jwt_keys=KEY " + Tls,
        "http_jwt_keys: 'KEY' has no public keys: 'PRIVATE KEY' is neither PUBLIC KEY nor CERTIFICATE")]
    [InlineData("http=https://0.0.0.0:1 roles=*=read jwt_audience=dlgs jwt_keys=/none " + Tls, "http_jwt_keys: '/none' has no public keys")]
    [InlineData("grpc=https://0.0.0.0:1 roles=*=read tls_client_ca=EMPTY " + Tls, "grpc_client_ca: 'EMPTY' has no certificate")]
    [InlineData("grpc=https://0.0.0.0:1 roles=*=read tls_client_ca=CRT " + Tls, "grpc_client_ca: 'CRT' has no root: a certificate whose subject is its issuer")]
    [InlineData("grpc=https://0.0.0.0:1 roles=*=read tls_client_ca=/none " + Tls, "grpc_client_ca: '/none' has no certificates")]
    [InlineData("grpc=https://127.0.0.1:1 tls_certificate=/none tls_key=/none", "grpc_certificate, grpc_key: '/none' and '/none' are no certificate")]
    [InlineData("grpc=https://127.0.0.1:1 tls_certificate=CRT tls_key=OLD_KEY", "grpc_certificate, grpc_key: 'CRT' and 'OLD_KEY' are no certificate with its")]
    [InlineData("grpc=https://127.0.0.1:1 tls_certificate=EMPTY tls_key=KEY", "grpc_certificate, grpc_key: 'EMPTY' and 'KEY' are no certificate with its key")]
    [InlineData("http=https://127.0.0.1:1 tls_certificate=OLD tls_key=OLD_KEY", "http_certificate, http_key: the certificate of 'OLD' expired at ")]
    [InlineData("http=https://127.0.0.1:1 tls_certificate=NEW tls_key=NEW_KEY", "http_certificate, http_key: the certificate of 'NEW' is not valid before ")]
    [InlineData("probes=https://127.0.0.1:1 " + Mutual, "probes: 'https://127.0.0.1:1' is https; that port is plain")]
    public void Service_does_not_start_and_names_the_setting(string settings, string failure) =>
        Assert.StartsWith(failure, Assert.Single(Failures(settings)), StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("http=")]
    [InlineData("probes=http://0.0.0.0:1")]
    [InlineData("grpc=https://127.0.0.1:1 " + Tls)]
    [InlineData("grpc=https://0.0.0.0:1 roles=cn:policy=count " + Mutual)]
    [InlineData("grpc=https://[::]:1 http=https://0.0.0.0:2 roles=cn:policy=count;uri:spiffe://a/b=read,tag;*=metrics " + Mutual)]
    [InlineData("http=https://0.0.0.0:1 http_client_ca=CA http_roles=*=read " + Tls)]
    [InlineData("http=https://0.0.0.0:1 roles=sub:ops=read jwt_audience=dlgs jwt_keys=KEYS " + Tls)]
    [InlineData("http=https://0.0.0.0:1 roles=sub:ops=read jwt_audience=dlgs jwt_keys=CRT " + Mutual)]
    [InlineData("http=https://0.0.0.0:1 roles=sub:ops=read jwt_audience=dlgs jwt_authority=https://login.example " + Tls)]
    [InlineData("http=https://0.0.0.0:1 roles=sub:ops=read jwt_audience=dlgs jwt_authority=http://127.0.0.1:8080/realm " + Tls)]
    public void Service_is_put_together(string settings) => Assert.Empty(Failures(settings));

    [Fact]
    public void Failures_of_all_listeners_are_told_at_once() =>
        Assert.Equal(["grpc_client_ca", "http_client_ca", "http_jwt_keys"],
            Failures(Tls + "grpc=https://0.0.0.0:1 http=https://0.0.0.0:2 roles=*=read tls_client_ca=EMPTY http_jwt_keys=EMPTY http_jwt_audience=a")
                .Select(failure => failure.Split(':')[0]).Order(StringComparer.Ordinal));

    public void Dispose() => certificates.Dispose();

    /// <summary>With the words of the table for the files.</summary>
    private string[] Failures(string settings)
    {
        var given = ("embedded=true " + settings).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(setting => setting.Split('=', 2))
            .ToDictionary(pair => pair[0], pair => (string?)files.GetValueOrDefault(pair[1], pair[1]));
        try
        {
            using var app = (IDisposable)ServiceHost.Build(configuration => configuration.AddInMemoryCollection(given));
            return [];
        }
        catch (OptionsValidationException e)
        {
            return [.. e.Failures.Select(Named)];
        }
    }

    private string Named(string failure) =>
        files.Aggregate(failure, (text, file) => text.Replace($"'{file.Value}'", $"'{file.Key}'", StringComparison.Ordinal));
}
