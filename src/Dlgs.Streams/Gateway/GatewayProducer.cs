using Dlgs.Streams.Logging;
using Dlgs.Streams.Metrics;

namespace Dlgs.Streams.Gateway;

/// <summary>
/// Where the events of the gateway go: one queue to the brokers, which is opened when they and the topic are there, and replaced when it failed for good.
/// While there is none, there is no room.
/// </summary>
internal sealed partial class GatewayProducer : IEventSink, IDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);

    /// <summary>With brokers that do not answer, until that is told.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>For a spent one to say what became of its events.</summary>
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(5);

    private readonly OpenEventQueue open;
    private readonly TimeProvider time;
    private readonly SparseLines<string> lines;
    private readonly ILogger logger;
    private readonly RunningCount replaced;
    private readonly TaskCompletionSource opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile IEventQueue? queue;
    /// <summary>One that is spent, while it says what became of its events.</summary>
    private volatile IEventQueue? leaving;
    /// <summary>What a spent one has left; until it is passed on there is no room, so that no more is held than one may hold.</summary>
    private readonly Queue<(byte[] CallId, byte[] SipEvent)> left = new();
    private volatile int leftCount;
    private long queued;
    private long lost;
    /// <summary>Of those that were replaced.</summary>
    private long deliveredBefore;
    private long failedBefore;
    private long toldFailed;

    public GatewayProducer(OpenEventQueue open, ServiceMeter meter, TimeProvider time, ILogger<GatewayProducer> logger)
    {
        (this.open, this.time, this.logger, lines) = (open, time, logger, new SparseLines<string>(Quiet, time));
        replaced = meter.Count(new("dlgs.hep_producers_replaced", "{producer}", "Producers of the gateway that failed for good, and were replaced."));
    }

    /// <summary>It was opened, and the gateway may begin.</summary>
    public Task Opened => opened.Task;

    /// <summary>There is one now.</summary>
    public bool IsOpen => queue is not null;

    public string? Topic => queue?.Topic;

    public long Delivered => Interlocked.Read(ref deliveredBefore) + (queue?.Delivered ?? 0) + (leaving?.Delivered ?? 0);

    public long Failed => Interlocked.Read(ref failedBefore) + (queue?.Failed ?? 0) + (leaving?.Failed ?? 0);

    /// <summary>Events that were taken in, and of which the brokers have not said anything.</summary>
    public long Waiting => Math.Max(0, Interlocked.Read(ref queued) - Delivered - Failed) + leftCount;

    /// <summary>Events that were taken in, and that the brokers refused, or of which nobody knows at the end whether they have them.</summary>
    public long Undelivered => Waiting + Failed + Interlocked.Read(ref lost);

    public bool TryPublish(ReadOnlySpan<byte> callId, ReadOnlySpan<byte> sipEvent) => leftCount == 0 && TryQueue(callId, sipEvent);

    /// <summary>So many events were taken in, and found no room before the end.</summary>
    public void Lose(int count) => Interlocked.Add(ref lost, count);

    /// <summary>Keeps one open.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        for (; !stopping.IsCancellationRequested; await Task.Delay(Step, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing))
        {
            if (queue is { IsSpent: true } spent) await ReplaceAsync(spent);
            TellFailed();
            if (queue is null) await OpenAsync(stopping);
            PassOn();
        }
    }

    /// <summary>Waits for what was taken in.</summary>
    public async Task FlushAsync(TimeSpan patience)
    {
        if (queue is { } last) await Task.Run(() => last.Flush(patience));
    }

    public void Dispose() => queue?.Dispose();

    private async Task OpenAsync(CancellationToken stopping)
    {
        var opening = Task.Run(() => open(), CancellationToken.None);
        try
        {
            // Where no broker answers it takes half a minute until the client says so.
            await Task.WhenAny(opening, Task.Delay(Patience, time, stopping));
            if (!opening.IsCompleted && !stopping.IsCancellationRequested && lines.AreDue(nameof(Patience))) LogWaits(logger);
            queue = await opening.WaitAsync(stopping);
            opened.TrySetResult();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            _ = opening.ContinueWith(late => late.Result.Dispose(), CancellationToken.None,
                TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
        }
        // What the client throws for brokers and topics that are not there, and for settings that it does not take.
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            if (lines.AreDue(nameof(OpenAsync))) LogNotOpen(logger, e.Message.TrimEnd('.'));
        }
    }

    private bool TryQueue(ReadOnlySpan<byte> callId, ReadOnlySpan<byte> sipEvent)
    {
        if (queue?.TryPublish(callId, sipEvent) != true) return false;
        Interlocked.Increment(ref queued);
        return true;
    }

    private void PassOn()
    {
        while (left.TryPeek(out var next) && TryQueue(next.CallId, next.SipEvent)) left.Dequeue();
        leftCount = left.Count;
    }

    private void TellFailed()
    {
        var failed = Failed;
        if (failed == toldFailed || !lines.AreDue(nameof(TellFailed))) return;
        LogFailed(logger, failed - toldFailed, queue?.LastError);
        toldFailed = failed;
    }

    private async Task ReplaceAsync(IEventQueue spent)
    {
        (leaving, queue) = (spent, null);
        // What waits in it fails, or is on its way still to partitions that are there. Said twice, an event means the same.
        await Task.Run(() => spent.Flush(LastWords));
        var before = left.Count;
        while (spent.TryTakeLeft(out var next)) left.Enqueue(next);
        leftCount = left.Count;
        Interlocked.Add(ref queued, before - left.Count);
        leaving = null;
        Interlocked.Add(ref deliveredBefore, spent.Delivered);
        Interlocked.Add(ref failedBefore, spent.Failed + before - left.Count);
        var unsaid = Interlocked.Read(ref queued) - deliveredBefore - failedBefore;
        if (unsaid > 0) Interlocked.Add(ref failedBefore, unsaid);
        replaced.Add();
        LogReplaced(logger, spent.LastError, left.Count);
        spent.Dispose();
    }

    [LoggerMessage(204, LogLevel.Warning, "HEP is not taken yet: {Why} (looked for every second; told once a minute)")]
    private static partial void LogNotOpen(ILogger logger, string why);

    [LoggerMessage(213, LogLevel.Warning, "HEP is not taken yet: no broker has answered so far; look at bootstrap_servers (told once a minute)")]
    private static partial void LogWaits(ILogger logger);

    [LoggerMessage(211, LogLevel.Error, "The brokers do not take {Count} events of the gateway: {Why} (told once a minute)")]
    private static partial void LogFailed(ILogger logger, long count, string? why);

    [LoggerMessage(205, LogLevel.Error, "The producer of the gateway failed for good, and is replaced: {Why}. {Count} events that it had left go to the next")]
    private static partial void LogReplaced(ILogger logger, string? why, int count);
}
