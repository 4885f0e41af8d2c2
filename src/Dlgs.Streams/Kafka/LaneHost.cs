using Confluent.Kafka;

namespace Dlgs.Streams.Kafka;

/// <summary>Checks the topics, then runs the lanes, each on a thread of its own; a lane that failed starts anew after a pause.</summary>
internal sealed partial class LaneHost(LaneContext context, TopicCheck topics, IHostApplicationLifetime lifetime, ILogger<LaneHost> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <summary>Why the service cannot run; null: it can.</summary>
    public string? Refusal { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        LogLibrary(logger, Library.VersionString);
        if (context.Clients.IsEmbedded) LogEmbedded(logger);
        try
        {
            context.Registry.PartitionCount = await topics.RunAsync(stoppingToken);
        }
        catch (Exception e) when (e is RefusalException or KafkaException)
        {
            Refusal = e.Message;
            LogRefused(logger, e.Message);
            lifetime.StopApplication();
            return;
        }
        await Task.WhenAll(Enumerable.Range(0, context.Settings.LaneCount).Select(lane => Task.Factory.StartNew(() => Run(lane, stoppingToken), stoppingToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
    }

    private void Run(int number, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            using var lane = new Lane(number, context, logger);
            try
            {
                lane.Run(stopping);
            }
            catch (Exception e) when (!stopping.IsCancellationRequested)
            {
                LogLaneFailed(logger, e, number);
            }
            stopping.WaitHandle.WaitOne(Pause);
        }
    }

    [LoggerMessage(40, LogLevel.Information, "librdkafka {Version}")]
    private static partial void LogLibrary(ILogger logger, string version);

    [LoggerMessage(41, LogLevel.Warning, "The broker runs inside this process: nothing survives it, and it is no evidence of exactly-once")]
    private static partial void LogEmbedded(ILogger logger);

    [LoggerMessage(42, LogLevel.Critical, "Refused to start: {Why}")]
    private static partial void LogRefused(ILogger logger, string why);

    [LoggerMessage(43, LogLevel.Error, "Lane {Lane} failed and starts anew")]
    private static partial void LogLaneFailed(ILogger logger, Exception failure, int lane);
}
