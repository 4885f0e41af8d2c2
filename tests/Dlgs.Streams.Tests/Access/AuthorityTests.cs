using System.Net;
using Dlgs.Streams.Contracts.V1;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;

namespace Dlgs.Streams.Tests.Access;

/// <summary>Tokens whose keys an authority has, by OpenID Connect's discovery.</summary>
public sealed class AuthorityTests : IAsyncLifetime
{
    private readonly Tokens tokens = new();
    private WebApplication authority = null!;
    private bool isSilent;
    private int asked;

    private string Url => authority.Urls.Single();

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        authority = builder.Build();
        authority.MapGet("/.well-known/openid-configuration", () =>
        {
            asked++;
            return isSilent ? Results.StatusCode(500)
                : Results.Json(new Dictionary<string, string> { ["issuer"] = "https://login.example", ["jwks_uri"] = $"{Url}/keys" });
        });
        authority.MapGet("/keys", () =>
        {
            var key = JsonWebKeyConverter.ConvertFromECDsaSecurityKey(new ECDsaSecurityKey(tokens.Key));
            return Results.Json(new { keys = new[] { new { kty = "EC", crv = "P-256", x = key.X, y = key.Y } } });
        });
        await authority.StartAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Its_tokens_are_taken_and_those_of_another_issuer_are_not()
    {
        await using var guarded = await StartAsync();
        Assert.Equal(StatusCode.OK, await CountAsync(guarded, tokens.Issue("ops", issuer: "https://login.example")));
        Assert.Equal(StatusCode.Unauthenticated, await CountAsync(guarded, tokens.Issue("ops", issuer: "https://other.example")));
        Assert.Equal(StatusCode.Unauthenticated, await CountAsync(guarded, tokens.Issue("ops")));
        Assert.Equal(StatusCode.Unauthenticated, await CountAsync(guarded, guarded.Tokens.Issue("ops", issuer: "https://login.example")));
    }

    /// <summary>Neither is it asked for each, nor is a good token called wrong: another instance may know.</summary>
    [Fact]
    public async Task While_it_does_not_answer_nobody_comes_in_by_a_token()
    {
        isSilent = true;
        await using var guarded = await StartAsync();
        for (var i = 0; i < 20; i++)
            Assert.Equal(StatusCode.Unavailable, await CountAsync(guarded, tokens.Issue("ops", issuer: "https://login.example")));
        using var http = await guarded.Http(token: "x").GetAsync("/v1/count", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, http.StatusCode);
        Assert.InRange(asked, 1, 20);
        using var certificate = guarded.Certificates.Client();
        using var other = await guarded.Http(certificate).GetAsync("/v1/count", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Fact]
    public async Task Tokens_of_unknown_keys_do_not_have_it_asked_again_and_again()
    {
        await using var guarded = await StartAsync();
        Assert.Equal(StatusCode.OK, await CountAsync(guarded, tokens.Issue("ops", issuer: "https://login.example")));
        for (var i = 0; i < 20; i++)
            Assert.Equal(StatusCode.Unauthenticated, await CountAsync(guarded, guarded.Tokens.Issue("ops", issuer: "https://login.example")));
        Assert.InRange(asked, 1, 3);
    }

    public async ValueTask DisposeAsync()
    {
        await authority.DisposeAsync();
        tokens.Dispose();
    }

    private Task<GuardedHost> StartAsync() => GuardedHost.StartAsync("*=count", ("jwt_keys", ""), ("jwt_authority", Url));

    private static async Task<StatusCode> CountAsync(GuardedHost guarded, string token)
    {
        try
        {
            await new DialogQuery.DialogQueryClient(guarded.Grpc(token: token))
                .CountAsync(new CountRequest(), cancellationToken: TestContext.Current.CancellationToken);
            return StatusCode.OK;
        }
        catch (RpcException e)
        {
            return e.StatusCode;
        }
    }
}
