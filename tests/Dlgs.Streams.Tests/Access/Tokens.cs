using System.Security.Cryptography;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Dlgs.Streams.Tests.Access;

/// <summary>An issuer of tokens, with a key of its own.</summary>
internal sealed class Tokens : IDisposable
{
    public const string Audience = "dlgs";

    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public string PublicPem => key.ExportSubjectPublicKeyInfoPem();

    public ECDsa Key => key;

    /// <summary>Good, if nothing else is said.</summary>
    public string Issue(string? subject, string audience = Audience, TimeSpan? expires = null, TimeSpan begun = default, string? issuer = null,
        SigningCredentials? signing = null)
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        DateTime? until = expires == Timeout.InfiniteTimeSpan ? null : now + (expires ?? TimeSpan.FromHours(1));
        var token = new SecurityTokenDescriptor
        {
            Audience = audience,
            Issuer = issuer,
            Expires = until,
            NotBefore = now - TimeSpan.FromHours(1) - begun,
            SigningCredentials = signing ?? new SigningCredentials(new ECDsaSecurityKey(key), SecurityAlgorithms.EcdsaSha256),
            Claims = subject is null ? new Dictionary<string, object>() : new Dictionary<string, object> { ["sub"] = subject },
        };
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(token);
    }

    /// <summary>With "alg": "none", and no signature.</summary>
    public string IssueUnsigned(string subject)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        return $"{Base64UrlEncoder.Encode("""{"alg":"none","typ":"JWT"}""")}."
            + $"{Base64UrlEncoder.Encode($$"""{"sub":"{{subject}}","aud":"{{Audience}}","exp":{{now + 600}}}""")}.";
    }

    public void Dispose() => key.Dispose();
}
