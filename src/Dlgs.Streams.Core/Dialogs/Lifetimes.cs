namespace Dlgs.Streams.Core.Dialogs;

/// <summary>The lifetimes of dlgs, by their names there, and the project's own two.</summary>
public sealed record Lifetimes
{
    /// <summary>init_lifetime: an unanswered call without a sign for this long has expired. 180 s (Timer C, RFC 3261 16.6).</summary>
    public TimeSpan Init { get; init; } = TimeSpan.FromSeconds(180);

    /// <summary>active_lifetime: an answered call without a session timer expires this long after its answer. 10800 s.</summary>
    public TimeSpan Active { get; init; } = TimeSpan.FromSeconds(10_800);

    /// <summary>finish_lifetime: how long a finished dialog stays in lists and answers. 10 s.</summary>
    public TimeSpan Finish { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>late_lifetime: how long a settled Call is still merged with late messages. 5 min; longer than the slowest proxy lags.</summary>
    public TimeSpan Late { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// limit_session_expires: a longer Session-Expires counts as this. 86,400 s. Without it one forged header field keeps a dead call in the
    /// counts for ever.
    /// </summary>
    public TimeSpan LimitSessionExpires { get; init; } = TimeSpan.FromSeconds(86_400);

    /// <summary>Hold time: 32 s, when all transactions of a message are over (64*T1, RFC 3261 17.1.1.2). Not a setting.</summary>
    public static TimeSpan Hold { get; } = TimeSpan.FromSeconds(32);
}
