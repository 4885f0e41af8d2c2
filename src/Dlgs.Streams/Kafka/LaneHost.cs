using Confluent.Kafka;

namespace Dlgs.Streams.Kafka;

/// <summary>Checks the topics, then runs the lanes, each on a thread of its own; a lane that failed starts anew after a pause.</summary>
internal sealed partial class LaneHost(LaneContext context, LaneStart start, ILaneClients clients, IHostApplicationLifetime lifetime, ILogger<LaneHost> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <summary>2.16.0, as librdkafka writes it.</summary>
    private const int OldestLibrary = 0x021000ff;

    private string? refusal;

    /// <summary>Why the service cannot run; null: it can.</summary>
    public string? Refusal => refusal;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        LogLibrary(logger, Library.VersionString);
        if (context.Clients.IsEmbedded) LogEmbedded(logger);
        try
        {
            if (Library.Version < OldestLibrary)
                throw new RefusalException($"the librdkafka found is {Library.VersionString}, older than the 2.16.0 that comes with the program: one that the system has was loaded instead. Uninstall it, or take it out of the library path.");
            await start.RunAsync(stoppingToken);
        }
        catch (RefusalException e)
        {
            Refuse(e.Message);
            return;
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return;
        }
        // What Confluent.Kafka throws for a setting that it, or librdkafka, does not know.
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            Refuse($"kafka: {e.Message}");
            return;
        }
        await Task.WhenAll(Enumerable.Range(0, context.Settings.LaneCount).Select(lane => Task.Factory.StartNew(() => Run(lane, stoppingToken), stoppingToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
    }

    private void Refuse(string why)
    {
        // Of several lanes one says it.
        if (Interlocked.CompareExchange(ref refusal, why, null) is not null) return;
        LogRefused(logger, why);
        lifetime.StopApplication();
    }

    private void Run(int number, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            using var lane = new Lane(number, context, clients, logger);
            try
            {
                lane.Run(stopping);
            }
            catch (RefusalException e)
            {
                Refuse(e.Message);
                return;
            }
            // After a session that ran out while no broker answered, librdkafka's own heartbeats, without a member id by then, make the broker
            // fence us; that tells of no other process, and the lane starts anew.
            catch (KafkaException e) when (e.Error.Code == ErrorCode.FencedInstanceId && lane.IsInTouch)
            {
                // To go on would throw the other out in turn, and so on.
                Refuse($"another process runs as instance {context.Settings.Instance}: give each a name of its own (instance, or DLGS_INSTANCE)");
                return;
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

    [LoggerMessage(42, LogLevel.Critical, "Refused to run: {Why}")]
    private static partial void LogRefused(ILogger logger, string why);

    [LoggerMessage(43, LogLevel.Error, "Lane {Lane} failed and starts anew")]
    private static partial void LogLaneFailed(ILogger logger, Exception failure, int lane);
}
