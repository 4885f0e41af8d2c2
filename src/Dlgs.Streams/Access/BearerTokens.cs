using Dlgs.Streams.Settings;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Dlgs.Streams.Access;

/// <summary>What became of a token. One of the three is there.</summary>
internal readonly record struct CheckedToken(JsonWebToken? Good, string? Wrong, string? Unknown);

/// <summary>The tokens that a listener takes.</summary>
internal sealed class BearerTokens : IDisposable
{
    /// <summary>Of a public key each: with a secret, whoever checks a token could make one, and a public key could be taken for the secret.</summary>
    private static readonly string[] Algorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];

    /// <summary>A key that is taken back is taken here for so long.</summary>
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromMinutes(10);

    /// <summary>Tokens of unknown keys have the authority asked once in this time, be they a flood.</summary>
    private static readonly TimeSpan LeastRefreshInterval = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan AuthorityPatience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan AuthorityPause = TimeSpan.FromSeconds(1);

    private readonly JsonWebTokenHandler handler = new() { MapInboundClaims = false };
    private readonly TokenValidationParameters parameters;
    private readonly ConfigurationManager<OpenIdConnectConfiguration>? authority;
    private readonly HttpClient? client;
    private readonly TimeProvider time;
    private volatile Silence? silence;

    public BearerTokens(ListenerAccess access, ReloadedFile<IReadOnlyList<SecurityKey>>? keys, TimeSpan clockSkew, TimeProvider time)
    {
        this.time = time;
        parameters = new TokenValidationParameters
        {
            ValidAlgorithms = Algorithms,
            ValidAudience = access.Audience,
            // Of a file of keys, whoever has the private ones is the issuer.
            ValidateIssuer = keys is null,
            ClockSkew = clockSkew,
            RequireSignedTokens = true,
            RequireExpirationTime = true,
        };
        if (keys is not null)
        {
            parameters.IssuerSigningKeyResolver = (_, _, id, _) => Choose(keys.Current, id);
            return;
        }
        client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = true }) { Timeout = AuthorityPatience };
        var documents = new HttpDocumentRetriever(client) { RequireHttps = access.Authority.StartsWith("https:", StringComparison.OrdinalIgnoreCase) };
        authority = new ConfigurationManager<OpenIdConnectConfiguration>(
            $"{access.Authority.TrimEnd('/')}/.well-known/openid-configuration", new OpenIdConnectConfigurationRetriever(), documents)
        {
            AutomaticRefreshInterval = RefreshInterval,
            RefreshInterval = LeastRefreshInterval,
        };
        parameters.ConfigurationManager = authority;
    }

    /// <summary>For so long after its end a token is good.</summary>
    public TimeSpan ClockSkew => parameters.ClockSkew;

    public async ValueTask<CheckedToken> CheckAsync(string token, CancellationToken cancellation)
    {
        if (await FindSilenceAsync(cancellation) is { } why) return new CheckedToken(null, null, why);
        var result = await handler.ValidateTokenAsync(token, parameters);
        if (!result.IsValid) return new CheckedToken(null, result.Exception.Message, null);
        var good = (JsonWebToken)result.SecurityToken;
        return string.IsNullOrEmpty(good.Subject) || good.Subject.Length + RoleMap.Subject.Length > Identity.LongestName
            ? new CheckedToken(null, "The token has no sub, or one that is too long.", null)
            : new CheckedToken(good, null, null);
    }

    public void Dispose() => client?.Dispose();

    /// <summary>Those that are called so, or have no name.</summary>
    private static IEnumerable<SecurityKey> Choose(IReadOnlyList<SecurityKey> keys, string? id) =>
        string.IsNullOrEmpty(id) ? keys : keys.Where(key => string.IsNullOrEmpty(key.KeyId) || key.KeyId == id);

    /// <summary>Null: the authority's keys are known, or need not be. While it does not answer it is asked once a second, not once a request.</summary>
    private async ValueTask<string?> FindSilenceAsync(CancellationToken cancellation)
    {
        if (authority is null) return null;
        if (silence is { } known && time.GetElapsedTime(known.Since) < AuthorityPause) return known.Reason;
        try
        {
            await authority.GetConfigurationAsync(cancellation).WaitAsync(AuthorityPatience, time, cancellation);
            silence = null;
            return null;
        }
        catch (Exception e) when (e is InvalidOperationException or TimeoutException or HttpRequestException or IOException)
        {
            return (silence = new Silence(time.GetTimestamp(), $"jwt_authority does not answer: {e.GetBaseException().Message}")).Reason;
        }
    }

    private sealed record Silence(long Since, string Reason);
}
