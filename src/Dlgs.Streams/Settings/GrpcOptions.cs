using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Settings;

/// <summary>Where the query service listens.</summary>
internal sealed record GrpcOptions : IValidatableObject
{
    [Setting("grpc", "Address of the query service: an IP address, or localhost, which is 127.0.0.1. Beyond loopback https, and a credential.")]
    public string Address { get; init; } = "http://127.0.0.1:5090";

    [Overrides("grpc")]
    public ListenerAccess Access { get; init; } = new();

    public ListenAddress Listen => ListenAddress.Parse(Address, out _)!;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        ListenRule.Failures("grpc", Address, Access).Select(failure => new ValidationResult(failure));
}

[OptionsValidator]
internal sealed partial class GrpcOptionsCheck : IValidateOptions<GrpcOptions>;
