using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Dlgs.Streams.Kafka;

/// <summary>
/// Waits for what a client of brokers was asked. The time-out that a call is given is not always kept: after a broker had hung for a while, one never
/// came back (librdkafka 2.16). A client with such a call is not to be asked again. And no client is freed while a call is under way: that ends the process.
/// </summary>
internal static class AdminAnswer
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);
    private static readonly ConcurrentDictionary<Task, bool> UnderWay = new();
    private static readonly ConcurrentDictionary<Task, bool> Hanging = new();

    /// <summary>Calls that have not come back in time, of all clients: each keeps its client.</summary>
    public static int HangingCalls => Hanging.Count;

    /// <summary>Until it has ended, no client is freed.</summary>
    public static TTask Track<TTask>(TTask call) where TTask : Task
    {
        UnderWay[call] = true;
        call.ContinueWith(ended => UnderWay.TryRemove(ended, out _) | Hanging.TryRemove(ended, out _), TaskScheduler.Default);
        return call;
    }

    /// <summary>On a thread of one's own. A TimeoutException: it hangs.</summary>
    public static T Within<T>(this Task<T> asked, TimeSpan timeout, [CallerArgumentExpression(nameof(asked))] string? what = null)
    {
        if (Task.WaitAny([Track(asked)], timeout + Grace) == 0) return asked.GetAwaiter().GetResult();
        throw Hangs(asked, what);
    }

    /// <summary>The same for who awaits.</summary>
    public static async Task<T> WithinAsync<T>(this Task<T> asked, TimeSpan timeout, [CallerArgumentExpression(nameof(asked))] string? what = null)
    {
        if (await Task.WhenAny(Track(asked), Task.Delay(timeout + Grace)) == asked) return await asked;
        throw Hangs(asked, what);
    }

    /// <summary>At once, or when all that is under way has come back.</summary>
    public static void Free(IDisposable client)
    {
        Task[] open = [.. UnderWay.Keys.Where(call => !call.IsCompleted)];
        if (open.Length == 0) client.Dispose();
        else Task.WhenAll(open).ContinueWith(_ => client.Dispose(), TaskScheduler.Default);
    }

    private static TimeoutException Hangs(Task asked, string? what)
    {
        Hanging[asked] = true;
        if (asked.IsCompleted) Hanging.TryRemove(asked, out _);
        return new TimeoutException($"The client did not keep its time-out: {what}");
    }
}
