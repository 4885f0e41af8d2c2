using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Settings;

/// <summary>Where HTTP is answered, and where probes are.</summary>
internal sealed record HttpOptions : IValidatableObject
{
    [Setting("http", "Address of the same queries over HTTP, JSON-RPC included: an IP address, or localhost. Beyond loopback https, and a credential. "
        + "Empty: none.")]
    public string Address { get; init; } = "http://127.0.0.1:5080";

    [Overrides("http")]
    public ListenerAccess Access { get; init; } = new();

    [Setting("probes", "Address of a plain port, loopback or not, that has nothing but /healthz, /readyz and /metrics. Empty: none, http has them too.",
        Example = "http://0.0.0.0:5081")]
    public string Probes { get; init; } = "";

    /// <summary>Null: it is not to listen.</summary>
    public ListenAddress? Listen => Address.Length == 0 ? null : ListenAddress.Parse(Address, out _);

    /// <summary>Null: it is not to listen.</summary>
    public ListenAddress? ListenProbes => Probes.Length == 0 ? null : ListenAddress.Parse(Probes, out _);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Address.Length > 0)
            foreach (var failure in ListenRule.Failures("http", Address, Access)) yield return new ValidationResult(failure);
        if (Probes.Length == 0) yield break;
        if (ListenAddress.Parse(Probes, out var why) is not { } probes) yield return new ValidationResult($"probes: {why}");
        else if (probes.IsTls) yield return new ValidationResult($"probes: '{Probes}' is https; that port is plain, and has nothing that needs more.");
    }
}

[OptionsValidator]
internal sealed partial class HttpOptionsCheck : IValidateOptions<HttpOptions>;
