using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Dlgs.Streams.Contracts.V1;
using Grpc.Core;
using Microsoft.IdentityModel.Tokens;

namespace Dlgs.Streams.Tests.Access;

/// <summary>Whom a listener lets in, at grpc and at http: by real sockets.</summary>
public sealed class CredentialTests
{
    private const string Roles = "cn:policy=count; dns:monitor.example=read; uri:spiffe://voice/ops=close; sub:ops=read";

    [Theory]
    [InlineData("CN=policy", null, null)]
    [InlineData("CN=any", "Monitor.Example", null)]
    [InlineData("CN=any", null, "spiffe://voice/ops")]
    public async Task Certificate_of_the_authority_is_let_in_by_each_of_its_names(string subject, string? dns, string? uri)
    {
        await using var guarded = await GuardedHost.StartAsync(Roles + "; *=count");
        using var certificate = guarded.Certificates.Client(subject, names =>
        {
            if (dns is not null) names.AddDnsName(dns);
            if (uri is not null) names.AddUri(new Uri(uri));
        });
        Assert.Equal((StatusCode.OK, HttpStatusCode.OK), await CountAsync(guarded, certificate));
    }

    [Fact]
    public async Task Good_token_is_let_in()
    {
        await using var guarded = await GuardedHost.StartAsync(Roles);
        Assert.Equal((StatusCode.OK, HttpStatusCode.OK), await CountAsync(guarded, token: guarded.Tokens.Issue("ops")));
    }

    [Fact]
    public async Task Nobody_comes_in_without_a_credential()
    {
        await using var guarded = await GuardedHost.StartAsync(Roles);
        Assert.Equal((StatusCode.Unauthenticated, HttpStatusCode.Unauthorized), await CountAsync(guarded));
    }

    public static TheoryData<string> WrongTokens =>
        ["expired", "not yet valid", "wrong audience", "wrong key", "alg none", "public key as a secret", "no sub", "no expiry", "no token", "cut"];

    [Theory, MemberData(nameof(WrongTokens))]
    public async Task Wrong_token_is_refused_even_with_a_good_certificate(string what)
    {
        await using var guarded = await GuardedHost.StartAsync(Roles + "; *=read");
        using var certificate = guarded.Certificates.Client();
        var token = Wrong(what, guarded.Tokens);
        Assert.Equal((StatusCode.Unauthenticated, HttpStatusCode.Unauthorized), await CountAsync(guarded, token: token));
        Assert.Equal((StatusCode.Unauthenticated, HttpStatusCode.Unauthorized), await CountAsync(guarded, certificate, token));
    }

    public static TheoryData<string> WrongCertificates => ["of another authority", "expired", "not yet valid", "of a server", "of nobody"];

    [Theory, MemberData(nameof(WrongCertificates))]
    public async Task Wrong_certificate_is_refused_at_the_handshake_even_with_a_good_token(string what)
    {
        await using var guarded = await GuardedHost.StartAsync(Roles + "; *=read");
        using var other = new Certificates();
        using var certificate = Wrong(what, guarded.Certificates, other);
        foreach (var token in new[] { null, guarded.Tokens.Issue("ops") })
        {
            await Assert.ThrowsAsync<HttpRequestException>(() =>
                guarded.Http(certificate, token).GetAsync("/v1/count", TestContext.Current.CancellationToken));
            Assert.NotEqual(StatusCode.OK, await GrpcAsync(guarded, certificate, token));
        }
    }

    /// <summary>A token cannot say that it is a certificate's, nor a certificate that it is a token's.</summary>
    [Fact]
    public async Task Names_of_one_kind_are_none_of_another()
    {
        await using var guarded = await GuardedHost.StartAsync(Roles);
        Assert.Equal((StatusCode.PermissionDenied, HttpStatusCode.Forbidden), await CountAsync(guarded, token: guarded.Tokens.Issue("policy")));
        Assert.Equal((StatusCode.PermissionDenied, HttpStatusCode.Forbidden), await CountAsync(guarded, token: guarded.Tokens.Issue("cn:policy")));
        using var certificate = guarded.Certificates.Client("CN=ops", names => names.AddDnsName("policy"));
        Assert.Equal((StatusCode.PermissionDenied, HttpStatusCode.Forbidden), await CountAsync(guarded, certificate));
    }

    [Fact]
    public async Task Who_shows_both_is_who_the_token_says()
    {
        await using var guarded = await GuardedHost.StartAsync("cn:policy=read; sub:ops=tag");
        using var certificate = guarded.Certificates.Client();
        Assert.Equal((StatusCode.OK, HttpStatusCode.OK), await CountAsync(guarded, certificate));
        Assert.Equal((StatusCode.PermissionDenied, HttpStatusCode.Forbidden), await CountAsync(guarded, certificate, guarded.Tokens.Issue("ops")));
    }

    [Fact]
    public async Task Without_tokens_the_handshake_demands_a_certificate()
    {
        await using var guarded = await GuardedHost.StartAsync(Roles, ("jwt_keys", ""), ("jwt_audience", ""));
        using var certificate = guarded.Certificates.Client();
        Assert.Equal((StatusCode.OK, HttpStatusCode.OK), await CountAsync(guarded, certificate));
        await Assert.ThrowsAsync<HttpRequestException>(() => guarded.Http().GetAsync("/v1/count", TestContext.Current.CancellationToken));
        Assert.NotEqual(StatusCode.OK, await GrpcAsync(guarded, null, guarded.Tokens.Issue("ops")));
    }

    [Fact]
    public async Task Each_listener_may_demand_its_own()
    {
        await using var guarded = await GuardedHost.StartAsync(Roles, ("http_client_ca", ""), ("grpc_jwt_keys", ""), ("grpc_jwt_audience", ""));
        using var certificate = guarded.Certificates.Client();
        Assert.Equal((StatusCode.OK, HttpStatusCode.Unauthorized), await CountAsync(guarded, certificate));
        Assert.Equal(HttpStatusCode.OK, await HttpAsync(guarded, null, guarded.Tokens.Issue("ops")));
        Assert.NotEqual(StatusCode.OK, await GrpcAsync(guarded, null, guarded.Tokens.Issue("ops")));
    }

    [Theory]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Basic b3BzOm9wcw==")]
    [InlineData("Bearer a b c")]
    public async Task Header_that_has_no_token_lets_nobody_in(string header)
    {
        await using var guarded = await GuardedHost.StartAsync(Roles + "; *=read");
        using var certificate = guarded.Certificates.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/count");
        request.Headers.TryAddWithoutValidation("Authorization", header);
        using var answer = await guarded.Http(certificate).SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task Token_in_a_url_is_none()
    {
        await using var guarded = await GuardedHost.StartAsync(Roles);
        using var answer = await guarded.Http().GetAsync($"/v1/count?access_token={guarded.Tokens.Issue("ops")}", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    /// <summary>What some issuers write for "never".</summary>
    [Fact]
    public async Task Token_may_expire_at_the_end_of_time()
    {
        await using var guarded = await GuardedHost.StartAsync(Roles);
        var token = guarded.Tokens.Issue("ops", expires: DateTime.MaxValue - TimeProvider.System.GetUtcNow().UtcDateTime - TimeSpan.FromSeconds(1));
        Assert.Equal((StatusCode.OK, HttpStatusCode.OK), await CountAsync(guarded, token: token));
        var client = new DialogQuery.DialogQueryClient(guarded.Grpc(token: token));
        using var watch = client.Watch(new WatchRequest(), cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(await watch.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Watch_ends_with_the_token_that_began_it()
    {
        await using var guarded = await GuardedHost.StartAsync(Roles, ("jwt_clock_skew", "0"));
        var client = new DialogQuery.DialogQueryClient(guarded.Grpc(token: guarded.Tokens.Issue("ops", expires: TimeSpan.FromSeconds(3))));
        using var watch = client.Watch(new WatchRequest(), cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(await watch.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await watch.ResponseStream.MoveNext(TestContext.Current.CancellationToken)) { }
        });
    }

    private static async Task<(StatusCode, HttpStatusCode)> CountAsync(GuardedHost guarded, X509Certificate2? certificate = null, string? token = null) =>
        (await GrpcAsync(guarded, certificate, token), await HttpAsync(guarded, certificate, token));

    private static async Task<StatusCode> GrpcAsync(GuardedHost guarded, X509Certificate2? certificate, string? token)
    {
        try
        {
            await new DialogQuery.DialogQueryClient(guarded.Grpc(certificate, token))
                .CountAsync(new CountRequest(), cancellationToken: TestContext.Current.CancellationToken);
            return StatusCode.OK;
        }
        catch (RpcException e)
        {
            return e.StatusCode;
        }
    }

    private static async Task<HttpStatusCode> HttpAsync(GuardedHost guarded, X509Certificate2? certificate, string? token)
    {
        using var answer = await guarded.Http(certificate, token).GetAsync("/v1/count", TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    private static string Wrong(string what, Tokens tokens)
    {
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return what switch
        {
            "expired" => tokens.Issue("ops", expires: TimeSpan.FromMinutes(-1)),
            "not yet valid" => tokens.Issue("ops", begun: TimeSpan.FromHours(-2), expires: TimeSpan.FromHours(3)),
            "wrong audience" => tokens.Issue("ops", audience: "billing"),
            "wrong key" => tokens.Issue("ops", signing: new SigningCredentials(new ECDsaSecurityKey(stranger), SecurityAlgorithms.EcdsaSha256)),
            "alg none" => tokens.IssueUnsigned("ops"),
            "public key as a secret" => tokens.Issue("ops", signing: new SigningCredentials(
                new SymmetricSecurityKey(System.Text.Encoding.ASCII.GetBytes(tokens.PublicPem)), SecurityAlgorithms.HmacSha256)),
            "no sub" => tokens.Issue(null),
            "no expiry" => tokens.Issue("ops", expires: Timeout.InfiniteTimeSpan),
            "no token" => "ops",
            "cut" => tokens.Issue("ops")[..^4],
            _ => throw new ArgumentOutOfRangeException(nameof(what)),
        };
    }

    private static X509Certificate2 Wrong(string what, Certificates own, Certificates other) => what switch
    {
        "of another authority" => other.Client(),
        "expired" => own.Issue("CN=policy", Certificates.ClientUse, begun: TimeSpan.FromDays(3)),
        "not yet valid" => own.Issue("CN=policy", Certificates.ClientUse, begun: TimeSpan.FromDays(-3)),
        "of a server" => own.Issue("CN=policy", Certificates.ServerUse),
        "of nobody" => Certificates.SelfSigned("CN=policy"),
        _ => throw new ArgumentOutOfRangeException(nameof(what)),
    };
}
