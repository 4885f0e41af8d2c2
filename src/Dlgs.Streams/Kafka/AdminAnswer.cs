using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Confluent.Kafka;

namespace Dlgs.Streams.Kafka;

/// <summary>
/// Waits for what an admin client was asked. The time-out that a call is given is not always kept: after a broker had hung for a while, one never
/// came back (librdkafka 2.16). A client with such a call is not to be asked again, and not to be freed before it has come back: that ends the process.
/// </summary>
internal static class AdminAnswer
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);
    private static readonly ConcurrentDictionary<Task, bool> Hanging = new();

    /// <summary>Calls that have not come back, of all clients: each keeps its client.</summary>
    public static int HangingCalls => Open().Length;

    /// <summary>On a thread of one's own. A TimeoutException: it hangs.</summary>
    public static T Within<T>(this Task<T> asked, TimeSpan timeout, [CallerArgumentExpression(nameof(asked))] string? what = null)
    {
        if (Task.WaitAny([asked], timeout + Grace) == 0) return asked.GetAwaiter().GetResult();
        Hanging[asked] = true;
        throw new TimeoutException($"The client did not keep its time-out: {what}");
    }

    /// <summary>The same for who awaits.</summary>
    public static async Task<T> WithinAsync<T>(this Task<T> asked, TimeSpan timeout, [CallerArgumentExpression(nameof(asked))] string? what = null)
    {
        if (await Task.WhenAny(asked, Task.Delay(timeout + Grace)) == asked) return await asked;
        Hanging[asked] = true;
        throw new TimeoutException($"The client did not keep its time-out: {what}");
    }

    /// <summary>At once, or when what hangs has come back.</summary>
    public static void Free(IAdminClient client)
    {
        var open = Open();
        if (open.Length == 0) client.Dispose();
        else Task.WhenAll(open).ContinueWith(_ => client.Dispose(), TaskScheduler.Default);
    }

    private static Task[] Open()
    {
        foreach (var back in Hanging.Keys.Where(call => call.IsCompleted)) Hanging.TryRemove(back, out _);
        return [.. Hanging.Keys];
    }
}
