using Dlgs.Streams.Settings;
using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Answers;

/// <summary>How long a watch may go without a word, on either side; and the end of the service, which ends it.</summary>
internal sealed class WatchLimits(IOptions<AnswerOptions> options, IHostApplicationLifetime service, TimeProvider time)
{
    /// <summary>The protocol says 5 s; the rest is for the way.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(4);

    private readonly TimeSpan stall = options.Value.WatchStall;

    public CancellationToken Stopping => service.ApplicationStopping;

    public long Now => time.GetTimestamp();

    public bool IsHeartbeatDue(long sentAt) => time.GetElapsedTime(sentAt) >= Heartbeat;

    /// <summary>How long the words of the end wait behind what was not taken.</summary>
    public Task AfterCut() => Task.Delay(stall, time, Stopping);

    /// <summary>Blocks until the caller has taken what was sent.</summary>
    public void WaitTaken(Task sending, CancellationToken ended)
    {
        try
        {
            sending.WaitAsync(stall, time, ended).GetAwaiter().GetResult();
        }
        catch (TimeoutException)
        {
            throw QueryRefusal.Exhausted(null,
                $"Nothing was taken for {stall.TotalSeconds} s (setting watch_stall). Go on from the position of the last response.");
        }
    }
}
