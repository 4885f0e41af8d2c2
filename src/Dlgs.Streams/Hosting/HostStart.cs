namespace Dlgs.Streams.Hosting;

/// <summary>The start of the whole service, which its parts begin before.</summary>
internal static class HostStart
{
    /// <summary>Waits until all has started; false: it could not, or is told to end. Never throws.</summary>
    public static async Task<bool> HasStartedAsync(this IHostApplicationLifetime lifetime, CancellationToken stopping)
    {
        var started = new TaskCompletionSource();
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !stopping.IsCancellationRequested;
    }
}
