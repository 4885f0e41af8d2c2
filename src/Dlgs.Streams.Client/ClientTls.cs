using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Dlgs.Streams.Client;

/// <summary>Whom a client trusts over TLS, and who it is.</summary>
/// <param name="Trusted">Null: the machine's authorities.</param>
/// <param name="Own">Its certificate, with those between it and its authority; null: it has none.</param>
internal sealed record ClientTls(X509ChainPolicy? Trusted, SslStreamCertificateContext? Own)
{
    /// <summary>Throws an ArgumentException for files that are not what they should be.</summary>
    public static Reread<ClientTls> Of(ServiceOptions options)
    {
        if (options is { KeyFile: { } key, CertificateFile: null }) throw new ArgumentException($"'{key}' is a key, and no certificate is named for it.");
        var (ca, certificate) = (options.CaFile, options.CertificateFile);
        string[] files = [.. new[] { ca, certificate, certificate is null ? null : options.KeyFile ?? certificate }.OfType<string>()];
        return new Reread<ClientTls>(files, texts => new ClientTls(
            ca is null ? null : Trusting(ca, texts[0]), certificate is null ? null : Identified(certificate, texts[^2], files[^1], texts[^1])));
    }

    /// <summary>Of one connection to a host of this name.</summary>
    public SslClientAuthenticationOptions Connecting(string? host = null) =>
        new() { TargetHost = host, CertificateChainPolicy = Trusted, ClientCertificateContext = Own, ApplicationProtocols = [SslApplicationProtocol.Http2] };

    private static X509ChainPolicy Trusting(string file, string text)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(CertificatesOf(file, text));
        return policy;
    }

    private static SslStreamCertificateContext Identified(string file, string text, string keyFile, string key)
    {
        var all = CertificatesOf(file, text);
        try
        {
            var own = X509Certificate2.CreateFromPem(text, key);
            // Windows takes no key for TLS that was never in a store.
            if (OperatingSystem.IsWindows()) own = X509CertificateLoader.LoadPkcs12(own.Export(X509ContentType.Pkcs12), password: null);
            return SslStreamCertificateContext.Create(own, all, offline: true);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new ArgumentException($"'{keyFile}' is not the private key of '{file}' in PEM: {e.Message}", e);
        }
    }

    private static X509Certificate2Collection CertificatesOf(string file, string text)
    {
        var found = new X509Certificate2Collection();
        try
        {
            found.ImportFromPem(text);
        }
        catch (CryptographicException e)
        {
            throw new ArgumentException($"'{file}' cannot be read as certificates in PEM: {e.Message}", e);
        }
        return found.Count > 0 ? found : throw new ArgumentException($"'{file}' has no certificate in PEM.");
    }
}
