using Dlgs.Streams.Settings;

namespace Dlgs.Streams.Memory;

/// <summary>Looks at the memory once a second, gives back what can be given back, and tells of it.</summary>
internal sealed partial class MemoryWatch(MemoryLimit memory, IProcessMemory process, TimeProvider time, ILogger<MemoryWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>Between two words on it, and two collections, for as long as it lasts.</summary>
    private static readonly TimeSpan Reminder = TimeSpan.FromMinutes(1);

    /// <summary>Between two collections, or two compactions, where it comes and goes: each costs a look at all that is held.</summary>
    private static readonly TimeSpan ShortestRest = TimeSpan.FromSeconds(10);

    /// <summary>Of the limit: what the heap has to have free for it to be worth that everything stands still for a moment.</summary>
    private const double WorthIt = 0.1;

    /// <summary>Of the time, what everything may stand still for.</summary>
    private const double StandingShare = 0.05;

    private long lastSaid;
    private long? lastCollected;
    private long? lastCompacted;
    private TimeSpan rest;

    /// <summary>One look, and what follows from it.</summary>
    public void Look()
    {
        Say();
        Compact();
    }

    private void Say()
    {
        if (memory.Look())
        {
            if (memory.IsShort) LogShort(logger, memory.Words);
            else LogEnough(logger, memory.Words);
        }
        else if (memory.IsShort && time.GetElapsedTime(lastSaid) >= Reminder) LogStillShort(logger, memory.Words);
        else return;
        lastSaid = time.GetTimestamp();
        if (memory.IsShort) Collect();
    }

    /// <summary>Few calls make few collections of what is old, and ended calls would be held for as long.</summary>
    private void Collect()
    {
        if (lastCollected is { } last && time.GetElapsedTime(last) < ShortestRest) return;
        lastCollected = time.GetTimestamp();
        process.Collect();
    }

    /// <summary>The collector does it by itself only where the whole container, or machine, runs out; the limit may be less.</summary>
    private void Compact()
    {
        var before = process.Resident;
        if (before <= memory.Limit || process.Free < memory.Limit * WorthIt || lastCompacted is { } last && time.GetElapsedTime(last) < rest) return;
        var start = time.GetTimestamp();
        process.Compact();
        lastCompacted = time.GetTimestamp();
        var stood = time.GetElapsedTime(start);
        rest = stood / StandingShare > ShortestRest ? stood / StandingShare : ShortestRest;
        LogCompacted(logger, SizeAttribute.Words(before), SizeAttribute.Words(process.Resident), stood.TotalMilliseconds);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            do Look();
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // A host that cannot start ends it too, and would take that for its fault.
        }
    }

    [LoggerMessage(110, LogLevel.Warning, "Memory is short: {Words}. Calls go on; scans are refused, transactions are smaller, and partitions that come wait")]
    private static partial void LogShort(ILogger logger, string words);

    [LoggerMessage(111, LogLevel.Warning, "Memory is still short: {Words}. Give the instance more, or share its partitions with another")]
    private static partial void LogStillShort(ILogger logger, string words);

    [LoggerMessage(113, LogLevel.Information, "Gave memory back: {Before} were taken, {After} are. Everything stood still for {Milliseconds:0} ms")]
    private static partial void LogCompacted(ILogger logger, string before, string after, double milliseconds);

    [LoggerMessage(112, LogLevel.Information, "Memory is no longer short: {Words}. All is done as before")]
    private static partial void LogEnough(ILogger logger, string words);
}
