using System.ComponentModel.DataAnnotations;
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

    public ListenAddress Listen => ListenAddress.Parse(Address, out _)!;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (ListenRule.Failure("grpc", Address, CertificateFile, KeyFile) is { } failure) yield return new ValidationResult(failure);
    }
}

[OptionsValidator]
internal sealed partial class GrpcOptionsCheck : IValidateOptions<GrpcOptions>;
