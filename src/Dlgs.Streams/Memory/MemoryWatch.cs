namespace Dlgs.Streams.Memory;

/// <summary>Looks at the memory once a second, has garbage looked for while it is short, and tells of it.</summary>
internal sealed partial class MemoryWatch(MemoryLimit memory, IProcessMemory process, TimeProvider time, ILogger<MemoryWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>Between two collections, and two words on it, for as long as it lasts.</summary>
    private static readonly TimeSpan Reminder = TimeSpan.FromMinutes(1);

    private long lastSaid;

    /// <summary>One look, and what follows from it.</summary>
    public void Look()
    {
        if (memory.Look())
        {
            if (memory.IsShort) LogShort(logger, memory.Words);
            else LogEnough(logger, memory.Words);
        }
        else if (memory.IsShort && time.GetElapsedTime(lastSaid) >= Reminder) LogStillShort(logger, memory.Words);
        else return;
        lastSaid = time.GetTimestamp();
        // Few calls make few collections of what is old, and ended calls would be held for as long.
        if (memory.IsShort) process.Collect();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        do Look();
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(110, LogLevel.Warning, "Memory is short: {Words}. Calls go on; scans are refused, transactions are smaller, and partitions that come wait")]
    private static partial void LogShort(ILogger logger, string words);

    [LoggerMessage(111, LogLevel.Warning, "Memory is still short: {Words}. Give the instance more, or share its partitions with another")]
    private static partial void LogStillShort(ILogger logger, string words);

    [LoggerMessage(112, LogLevel.Information, "Memory is no longer short: {Words}. All is done as before")]
    private static partial void LogEnough(ILogger logger, string words);
}
