using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Settings;

/// <summary>Where the query service listens.</summary>
internal sealed record GrpcOptions : IValidatableObject
{
    [Setting("grpc", "Address of the query service: an IP address, or localhost, which is 127.0.0.1. Only loopback without TLS.")]
    public string Address { get; init; } = "http://127.0.0.1:5090";

    [Setting("grpc_certificate", "PEM file with the certificate (chain) for an https address of the query service.", Example = "/etc/dlgs/tls.crt")]
    public string? CertificateFile { get; init; }

    [Setting("grpc_key", "PEM file with the certificate's private key.", Example = "/etc/dlgs/tls.key")]
    public string? KeyFile { get; init; }

    /// <summary>Throws <see cref="CryptographicException"/> or an IO exception for files that are no certificate and key.</summary>
    public X509Certificate2 LoadCertificate() => X509Certificate2.CreateFromPemFile(CertificateFile!, KeyFile);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Failure() is { } failure) yield return new ValidationResult(failure);
    }

    private string? Failure()
    {
        if (ListenAddress.Parse(Address, out var failure) is not { } address) return $"grpc: {failure}";
        if (!address.IsTls) return address.IsLoopback ? null : $"grpc: '{Address}' is not loopback; without TLS anybody could read and count your calls there.";
        if (CertificateFile is null || KeyFile is null) return $"grpc: '{Address}' needs grpc_certificate and grpc_key.";
        try
        {
            using var certificate = LoadCertificate();
            return null;
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            return $"grpc_certificate, grpc_key: '{CertificateFile}' and '{KeyFile}' are no certificate with its key: {e.Message}";
        }
    }
}

[OptionsValidator]
internal sealed partial class GrpcOptionsCheck : IValidateOptions<GrpcOptions>;
