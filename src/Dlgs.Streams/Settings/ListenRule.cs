using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Dlgs.Streams.Settings;

/// <summary>The rule of every address that answers queries: loopback, or TLS with a certificate.</summary>
internal static class ListenRule
{
    /// <summary>Throws <see cref="CryptographicException"/> or an IO exception for files that are no certificate and key.</summary>
    public static X509Certificate2 LoadCertificate(string? certificateFile, string? keyFile) => X509Certificate2.CreateFromPemFile(certificateFile!, keyFile);

    /// <summary>Null: the setting's address may be listened at.</summary>
    public static string? Failure(string setting, string text, string? certificateFile, string? keyFile)
    {
        if (ListenAddress.Parse(text, out var failure) is not { } address) return $"{setting}: {failure}";
        if (address is { IsTls: false, IsLoopback: true }) return null;
        if (!address.IsTls) return $"{setting}: '{text}' is not loopback; without TLS anybody could read and count your calls there.";
        if (certificateFile is null || keyFile is null) return $"{setting}: '{text}' needs {setting}_certificate and {setting}_key.";
        try
        {
            using var certificate = LoadCertificate(certificateFile, keyFile);
            return null;
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            return $"{setting}_certificate, {setting}_key: '{certificateFile}' and '{keyFile}' are no certificate with its key: {e.Message}";
        }
    }
}
