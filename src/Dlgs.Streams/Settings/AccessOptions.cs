using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Settings;

/// <summary>What holds at every listener.</summary>
internal sealed record AccessOptions
{
    [Setting("jwt_clock_skew", "Seconds that a token is taken before and after its time, for clocks that are not the issuer's."), Seconds(0, 300)]
    public TimeSpan ClockSkew { get; init; } = TimeSpan.FromSeconds(10);

    [Setting("reflection", "Tells callers of grpc which calls there are, as tools like grpcurl ask.")]
    public bool Reflection { get; init; } = true;
}

[OptionsValidator]
internal sealed partial class AccessOptionsCheck : IValidateOptions<AccessOptions>;
