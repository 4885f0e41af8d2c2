using Confluent.Kafka;
using Dlgs.Streams.Logging;
using Dlgs.Streams.Partitions;

namespace Dlgs.Streams.Kafka;

/// <summary>Checks the topics, then runs the lanes, each on a thread of its own; a lane that failed starts anew after a pause.</summary>
internal sealed partial class LaneHost(
    LaneContext context, LaneStart start, InstanceNameCheck name, ILaneClients clients, IHostApplicationLifetime lifetime, ILogger<LaneHost> logger)
    : BackgroundService
{
    /// <summary>For all lanes to hand over. Orchestrators kill after 30 s, Kubernetes by default.</summary>
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(12);

    /// <summary>2.16.0, as librdkafka writes it.</summary>
    private const int OldestLibrary = 0x021000ff;

    private readonly Handover handover = new() { Leaves = context.Settings.LeaveOnStop };
    private readonly TaskCompletionSource stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? refusal;

    /// <summary>Why the service cannot run; null: it can.</summary>
    public string? Refusal => refusal;

    /// <summary>Nothing was left for the next owner to do again.</summary>
    public bool IsHandedOver => handover.Undone.Length == 0;

    /// <summary>Stops the service, and has stopped when it returns; what others have asked for is not waited for.</summary>
    public async Task<Handover> LeaveAsync()
    {
        handover.Leaves = true;
        lifetime.StopApplication();
        await stopped.Task;
        return handover;
    }

    /// <summary>A lane that hangs in a call to its brokers is left behind: what it has not committed, it never will.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(StopTimeout);
        await base.StopAsync(limit.Token);
        // Lanes that have ended took theirs out.
        if (ExecuteTask is { IsCompleted: false })
            handover.Note(-1, [], [.. context.Registry.Views.Select(view => view.Partition)],
                $"no answer from the brokers within {StopTimeout.TotalSeconds} s");
        var next = handover.Leaves ? "the other instances have it at once" : "it waits for this instance's return, for as long as the session lasts";
        if (handover.Done.Length > 0) LogHandedOver(logger, context.Topics.SipEvents, PartitionRanges.Of(handover.Done), next);
        if (!IsHandedOver) LogNotHandedOver(logger, context.Topics.SipEvents, PartitionRanges.Of(handover.Undone), handover.Why);
        stopped.TrySetResult();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        LogLibrary(logger, Library.VersionString);
        if (context.Clients.IsEmbedded) LogEmbedded(logger, context.Clients.BootstrapServers);
        try
        {
            if (Library.Version < OldestLibrary)
                throw new RefusalException($"the librdkafka found is {Library.VersionString}, older than the 2.16.0 that comes with the program: "
                    + "one that the system has was loaded instead. Uninstall it, or take it out of the library path.");
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
        // A fault of the program: people read what happened, and who mends it where it came from.
        catch (Exception e)
        {
            LogStartFault(logger, e);
            Refuse($"the program failed while it started: {e.GetType().Name}: {e.Message}");
            return;
        }
        await Task.WhenAll(Enumerable.Range(0, context.Settings.LaneCount).Select(lane => Task.Factory.StartNew(
            () => Run(lane, stoppingToken), stoppingToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
    }

    private void Refuse(string why)
    {
        // Of several lanes one says it.
        if (Interlocked.CompareExchange(ref refusal, why, null) is not null) return;
        LogRefused(logger, why);
        lifetime.StopApplication();
    }

    private void Run(int lane, CancellationToken stopping)
    {
        var (pause, isFirst) = (new RestartPause(), true);
        while (!stopping.IsCancellationRequested)
        {
            var start = context.Time.GetTimestamp();
            if (RunLane(lane, isFirst, stopping) is not { } failure || stopping.IsCancellationRequested) return;
            isFirst = false;
            var wait = pause.After(context.Time.GetElapsedTime(start));
            LogLaneFailed(logger, lane, wait.TotalSeconds, failure);
            stopping.WaitHandle.WaitOne(wait);
        }
    }

    /// <summary>Why the lane failed; null: it ended, and is not to begin again.</summary>
    private string? RunLane(int lane, bool isFirst, CancellationToken stopping)
    {
        using var running = new Lane(lane, context, clients, handover, logger);
        try
        {
            // Whoever took the name while this process hung, or was cut off, goes on: to join again would throw it out.
            if (!isFirst) AdminAnswer.Track(name.RunAsync(stopping)).GetAwaiter().GetResult();
            running.Run(stopping);
            return null;
        }
        catch (RefusalException e)
        {
            Refuse(e.Message);
            return null;
        }
        // After a session that ran out while no broker answered, librdkafka's own heartbeats, without a member id by then, make the broker
        // fence us; that tells of no other process, and the lane starts anew.
        catch (KafkaException e) when (e.Error.Code == ErrorCode.FencedInstanceId && running.IsInTouch)
        {
            // To go on would throw the other out in turn, and so on.
            Refuse($"another process runs as instance {context.Cluster.Instance}: give each a name of its own (instance, or DLGS_INSTANCE)");
            return null;
        }
        catch (KafkaException e) when (RefusedSetting(e.Error) is { } setting)
        {
            Refuse($"{setting}: the brokers do not take it ({e.Error.Reason})");
            return null;
        }
        catch (Exception e)
        {
            // What Kafka says is expected; of anything else, where it came from helps who mends it.
            var cause = e.GetBaseException();
            if (cause is not KafkaException) LogFault(logger, e, lane);
            var why = cause is KafkaException kafka
                ? context.Cluster.Explain(kafka.Error, "use its topics")
                : $"{cause.GetType().Name}: {Mask.Always.Text(cause.Message)}";
            running.GiveUp(why);
            return why;
        }
    }

    /// <summary>The setting that the brokers will refuse each time; librdkafka cannot know it before. Null: it is none.</summary>
    public static string? RefusedSetting(Error error) => error.Code switch
    {
        ErrorCode.InvalidSessionTimeout => "kafka:session.timeout.ms, against group.min.session.timeout.ms and group.max.session.timeout.ms of the brokers",
        ErrorCode.InvalidTransactionTimeout => "kafka:transaction.timeout.ms, against transaction.max.timeout.ms of the brokers",
        _ => null,
    };

    [LoggerMessage(40, LogLevel.Information, "librdkafka {Version}")]
    private static partial void LogLibrary(ILogger logger, string version);

    [LoggerMessage(41, LogLevel.Warning, "The broker at {Address} runs inside this process: nothing survives it, and it is no evidence of exactly-once")]
    private static partial void LogEmbedded(ILogger logger, string address);

    [LoggerMessage(42, LogLevel.Critical, "Refused to run: {Why}")]
    private static partial void LogRefused(ILogger logger, string why);

    [LoggerMessage(43, LogLevel.Error, "Lane {Lane} failed, and starts anew in {Pause} s: {Why}")]
    private static partial void LogLaneFailed(ILogger logger, int lane, double pause, string why);

    [LoggerMessage(44, LogLevel.Debug, "The program failed in lane {Lane}")]
    private static partial void LogFault(ILogger logger, Exception fault, int lane);

    [LoggerMessage(46, LogLevel.Debug, "The program failed while it started")]
    private static partial void LogStartFault(ILogger logger, Exception fault);

    [LoggerMessage(47, LogLevel.Information, "{Topic} [{Partitions}] was handed over: all that was done is committed, and {Next}")]
    private static partial void LogHandedOver(ILogger logger, string topic, string partitions, string next);

    [LoggerMessage(45, LogLevel.Error, "{Topic} [{Partitions}] was not handed over: {Why}. The next owner does again what was not committed; nothing is lost")]
    private static partial void LogNotHandedOver(ILogger logger, string topic, string partitions, string why);
}
