using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Dlgs.Streams.Tests.Grpc;
using Grpc.Core;
using Grpc.Net.Client;

namespace Dlgs.Streams.Tests.Access;

/// <summary>A service that demands credentials at grpc and at http, and callers who have some.</summary>
internal sealed class GuardedHost : IAsyncDisposable
{
    private readonly List<IDisposable> open = [];

    private GuardedHost(Certificates certificates, Tokens tokens) => (Certificates, Tokens) = (certificates, tokens);

    public Certificates Certificates { get; }

    public Tokens Tokens { get; }

    public QueryHost Host { get; private set; } = null!;

    /// <summary>Takes certificates and tokens, if no setting says otherwise.</summary>
    public static async Task<GuardedHost> StartAsync(string roles, params (string Name, string Value)[] settings)
    {
        var guarded = new GuardedHost(new Certificates(), new Tokens());
        (string, string)[] both =
        [
            ("grpc", "https://127.0.0.1:0"), ("http", "https://127.0.0.1:0"), ("roles", roles),
            ("tls_certificate", guarded.Certificates.ServerFile), ("tls_key", guarded.Certificates.ServerKey),
            ("tls_client_ca", guarded.Certificates.AuthorityFile),
            ("jwt_keys", guarded.Certificates.Write("keys.pem", guarded.Tokens.PublicPem)), ("jwt_audience", Tokens.Audience),
        ];
        guarded.Host = await QueryHost.StartAsync(settings: [.. both, .. settings]);
        return guarded;
    }

    /// <summary>Asks at http; with whatever credential.</summary>
    public HttpClient Http(X509Certificate2? certificate = null, string? token = null, X509Certificate2? between = null)
    {
        var client = new HttpClient(Handler(certificate, between)) { BaseAddress = Host.Http };
        if (token is not null) client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        open.Add(client);
        return client;
    }

    /// <summary>Asks at grpc; with whatever credential.</summary>
    public CallInvoker Grpc(X509Certificate2? certificate = null, string? token = null)
    {
        var credentials = token is null ? null : CallCredentials.FromInterceptor((_, metadata) =>
        {
            metadata.Add("authorization", $"Bearer {token}");
            return Task.CompletedTask;
        });
        var channel = GrpcChannel.ForAddress(Host.Address, new GrpcChannelOptions
        {
            HttpHandler = Handler(certificate),
            DisposeHttpClient = true,
            Credentials = credentials is null ? null : ChannelCredentials.Create(ChannelCredentials.SecureSsl, credentials),
        });
        open.Add(channel);
        return channel.CreateCallInvoker();
    }

    public SocketsHttpHandler Handler(X509Certificate2? certificate, X509Certificate2? between = null)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(Certificates.Authority);
        return new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = policy,
                ClientCertificateContext = certificate is null ? null
                    : SslStreamCertificateContext.Create(certificate, between is null ? null : [between], offline: true),
            },
        };
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in open) client.Dispose();
        await Host.DisposeAsync();
        Certificates.Dispose();
        Tokens.Dispose();
    }
}
