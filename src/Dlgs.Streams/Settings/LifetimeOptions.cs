using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Settings;

/// <summary>How long a call lives without news.</summary>
internal sealed record LifetimeOptions
{
    [Setting("init_lifetime", "Seconds after the last sign of an unanswered call until it expires."), Seconds(1, 86_400)]
    public TimeSpan Init { get; init; } = TimeSpan.FromSeconds(180);

    [Setting("active_lifetime", "Seconds after its answer until a call without session timer expires."), Seconds(1, 2_592_000)]
    public TimeSpan Active { get; init; } = TimeSpan.FromSeconds(10_800);

    [Setting("finish_lifetime", "Seconds that a finished dialog stays in lists and answers."), Seconds(1, 86_400)]
    public TimeSpan Finish { get; init; } = TimeSpan.FromSeconds(10);

    [Setting("late_lifetime", "Seconds that a settled call still takes late messages; longer than your slowest proxy lags."), Seconds(1, 604_800)]
    public TimeSpan Late { get; init; } = TimeSpan.FromSeconds(300);

    [Setting("limit_session_expires", "Seconds that a Session-Expires counts for, at most: nobody keeps a call in the counts for "
        + "ever."), Seconds(90, 2_592_000)]
    public TimeSpan LimitSessionExpires { get; init; } = TimeSpan.FromSeconds(86_400);
}

[OptionsValidator]
internal sealed partial class LifetimeOptionsCheck : IValidateOptions<LifetimeOptions>;
