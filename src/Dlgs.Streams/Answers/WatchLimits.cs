using Dlgs.Streams.Settings;
using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Answers;

/// <summary>How long a stream may go without a word, on either side; and the end of the service, which ends a watch.</summary>
internal sealed class WatchLimits(IOptions<AnswerOptions> options, IHostApplicationLifetime service, TimeProvider time)
{
    /// <summary>The protocol says 5 s; the rest is for the way.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(4);

    private readonly TimeSpan stall = options.Value.WatchStall;

    private string NothingTaken => $"Nothing was taken for {stall.TotalSeconds} s (setting watch_stall).";

    public CancellationToken Stopping => service.ApplicationStopping;

    public long Now => time.GetTimestamp();

    public bool IsHeartbeatDue(long sentAt) => time.GetElapsedTime(sentAt) >= Heartbeat;

    /// <summary>How long the words of the end wait behind what was not taken.</summary>
    public Task AfterCut() => Task.Delay(stall, time, Stopping);

    /// <summary>Until the caller has taken what was sent; it is hung up on if it does not.</summary>
    public async Task TakenAsync(Task sending, Action hangUp)
    {
        try
        {
            await sending.WaitAsync(stall, time);
        }
        catch (TimeoutException)
        {
            hangUp();
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw QueryRefusal.Exhausted(null, NothingTaken);
        }
    }

    /// <summary>Blocks until the caller has taken what was sent.</summary>
    public void WaitTaken(Task sending, CancellationToken ended)
    {
        try
        {
            sending.WaitAsync(stall, time, ended).GetAwaiter().GetResult();
        }
        catch (TimeoutException)
        {
            throw QueryRefusal.Exhausted(null, $"{NothingTaken} Go on from the position of the last response.");
        }
    }
}
