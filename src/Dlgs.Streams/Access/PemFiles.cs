using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Dlgs.Streams.Access;

/// <summary>Certificates out of PEM files. Each throws a <see cref="BadFileException"/> that says what is wrong with the file.</summary>
internal static class PemFiles
{
    /// <summary>A certificate with its key, and those that vouch for it, as a peer is shown them.</summary>
    public static SslStreamCertificateContext ReadOwn(string certificateFile, string keyFile, TimeProvider time)
    {
        var own = BadFileException.Of($"'{certificateFile}' and '{keyFile}' are no certificate with its key", () =>
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(certificateFile);
            var leaf = X509Certificate2.CreateFromPemFile(certificateFile, keyFile);
            return SslStreamCertificateContext.Create(leaf, [.. chain.Skip(1)], offline: true);
        });
        var (from, until) = (own.TargetCertificate.NotBefore.ToUniversalTime(), own.TargetCertificate.NotAfter.ToUniversalTime());
        var now = time.GetUtcNow().UtcDateTime;
        if (now > until) throw new BadFileException($"the certificate of '{certificateFile}' expired at {until:u}");
        if (now < from) throw new BadFileException($"the certificate of '{certificateFile}' is not valid before {from:u}");
        return own;
    }

    private static bool IsRoot(X509Certificate2 certificate) => certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);

    /// <summary>Authorities that are trusted, and nobody beside them.</summary>
    public static X509Certificate2Collection ReadAuthorities(string file)
    {
        var authorities = BadFileException.Of($"'{file}' has no certificates", () =>
        {
            var found = new X509Certificate2Collection();
            found.ImportFromPemFile(file);
            return found;
        });
        if (authorities.Count == 0) throw new BadFileException($"'{file}' has no certificate in PEM");
        // A chain ends at one that signed itself, and nobody's would end here.
        return authorities.Any(IsRoot) ? authorities : throw new BadFileException($"'{file}' has no root: a certificate whose subject is its issuer");
    }
}
