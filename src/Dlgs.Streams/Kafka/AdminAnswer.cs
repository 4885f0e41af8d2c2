using System.Runtime.CompilerServices;

namespace Dlgs.Streams.Kafka;

/// <summary>
/// Waits for what an admin client was asked, on a thread of one's own. The time-out that a call is given is not always kept: after a broker had
/// hung for a while, one never came back (librdkafka 2.16).
/// </summary>
internal static class AdminAnswer
{
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(250);

    /// <summary>A TimeoutException: the client is not to be asked again.</summary>
    public static T Within<T>(this Task<T> asked, TimeSpan timeout, [CallerArgumentExpression(nameof(asked))] string? what = null) =>
        Task.WaitAny([asked], timeout + Grace) == 0 ? asked.GetAwaiter().GetResult() : throw new TimeoutException($"The client did not keep its time-out: {what}");
}
