using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.IdentityModel.Tokens;

namespace Dlgs.Streams.Access;

/// <summary>Public keys out of a file: a JWKS (RFC 7517), or PEM.</summary>
internal static class TokenKeys
{
    private const int LeastRsaBits = 2_048;

    /// <summary>Throws a <see cref="BadFileException"/>.</summary>
    public static IReadOnlyList<SecurityKey> Read(string path)
    {
        var keys = BadFileException.Of($"'{path}' has no public keys", () =>
        {
            var text = File.ReadAllText(path);
            return text.TrimStart().StartsWith('{') ? ReadSet(text) : ReadPem(text);
        });
        if (keys.Count == 0) throw new BadFileException($"'{path}' has no public key, as JWKS or PEM");
        if (keys.Any(key => key is RsaSecurityKey { KeySize: < LeastRsaBits }))
            throw new BadFileException($"'{path}' has an RSA key of less than {LeastRsaBits} bits");
        return keys;
    }

    private static IReadOnlyList<SecurityKey> ReadSet(string text)
    {
        var set = new JsonWebKeySet(text);
        if (set.Keys.Any(key => key.HasPrivateKey || key.Kty == JsonWebAlgorithmsKeyTypes.Octet))
            throw new FormatException("it has a secret, and whoever reads it could make tokens; public keys are enough");
        return [.. set.GetSigningKeys()];
    }

    private static List<SecurityKey> ReadPem(string text)
    {
        var keys = new List<SecurityKey>();
        for (ReadOnlySpan<char> rest = text; PemEncoding.TryFind(rest, out var found); rest = rest[found.Location.End..])
        {
            var label = rest[found.Label].ToString();
            keys.Add(ReadPem(label, rest[found.Location].ToString()));
        }
        return keys;
    }

    private static SecurityKey ReadPem(string label, string pem)
    {
        if (label == "CERTIFICATE") return KeyOf(X509Certificate2.CreateFromPem(pem));
        if (label != "PUBLIC KEY") throw new FormatException($"'{label}' is neither PUBLIC KEY nor CERTIFICATE");
        try
        {
            var rsa = RSA.Create();
            rsa.ImportFromPem(pem);
            return new RsaSecurityKey(rsa);
        }
        catch (CryptographicException)
        {
            var ec = ECDsa.Create();
            ec.ImportFromPem(pem);
            return new ECDsaSecurityKey(ec);
        }
    }

    private static SecurityKey KeyOf(X509Certificate2 certificate) =>
        certificate.GetRSAPublicKey() is { } rsa ? new RsaSecurityKey(rsa)
        : certificate.GetECDsaPublicKey() is { } ec ? new ECDsaSecurityKey(ec)
        : throw new FormatException("a certificate whose key is neither RSA nor EC");
}
