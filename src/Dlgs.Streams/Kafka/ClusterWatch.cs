using Confluent.Kafka;

namespace Dlgs.Streams.Kafka;

/// <summary>
/// Watches the cluster for all lanes of the instance, on a thread of its own, because its client blocks: whether a broker answers, how far the
/// input goes beyond the lanes (<see cref="InputWatch"/>), and whether the topics are what they were (<see cref="TopicWatch"/>).
/// </summary>
internal sealed partial class ClusterWatch(LaneContext context, InputWatch input, TopicWatch topics, ILogger<ClusterWatch> logger) : BackgroundService
{
    private const int MaxHangingCalls = 5;
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>How long the question whether anybody answers may take. With the others' time-outs that silence is told within 5 s.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);

    /// <summary>And each other question.</summary>
    public static readonly TimeSpan QuestionTimeout = TimeSpan.FromSeconds(1.5);

    private readonly BrokerContact contact = new();
    private readonly Dictionary<int, string> brokers = [];
    private readonly HashSet<int> gone = [];
    private readonly Lock hearing = new();
    private readonly long begun = context.Time.GetTimestamp();

    private TimeSpan Now => context.Time.GetElapsedTime(begun);

    /// <summary>The mock cluster is in this process, and breaks over such questions.</summary>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => context.Clients.IsEmbedded
        ? Task.CompletedTask
        : Task.Factory.StartNew(() => Run(stoppingToken), stoppingToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>A question to brokers that hang keeps no stop waiting for longer than a moment: nothing of the watch has to be handed over.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Period);
        await base.StopAsync(limit.Token);
    }

    private void Run(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            // Each call that hangs keeps its client: there is an end to that.
            if (AdminAnswer.HangingCalls >= MaxHangingCalls)
            {
                stopping.WaitHandle.WaitOne(Period);
                continue;
            }
            if (Open() is not { } admin) return;
            while (Ask(admin, stopping) && !stopping.IsCancellationRequested)
            {
            }
            // A client that is stuck may be stuck in this too.
            Task.Run(() => AdminAnswer.Free(admin), CancellationToken.None).Wait(Period, CancellationToken.None);
        }
    }

    /// <summary>Null: the client does not take the settings, as the host says.</summary>
    private IAdminClient? Open()
    {
        try
        {
            return new AdminClientBuilder(context.Clients.Watch()).BuildSilent(Hear);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>One round, and the pause after it. False: the client is not to be asked again.</summary>
    private bool Ask(IAdminClient admin, CancellationToken stopping)
    {
        var (start, pause) = (Now, Period);
        try
        {
            // Of whichever broker is there: DescribeCluster asks the controller. By the client's settings it makes no topic; and what it tells of
            // leaders the client remembers, and asks them next.
            NoteBrokers(admin.GetMetadata(context.Topics.SipEvents, Timeout).Brokers);
            NoteAnswer();
            if (context.Registry.PartitionCount > 0)
            {
                input.Look(admin, Now);
                topics.Look(admin, Now);
            }
        }
        catch (KafkaException)
        {
            NoteSilence();
            pause = Pause;
        }
        // Whatever it is: the lanes go on, and so does the watch.
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            LogFailed(logger, e);
            stopping.WaitHandle.WaitOne(Period);
            return false;
        }
        if (start + pause - Now is var left && left > TimeSpan.Zero) stopping.WaitHandle.WaitOne(left);
        return true;
    }

    /// <summary>One that is gone holds up what needs its replicas, and the errors that follow name no broker.</summary>
    private void NoteBrokers(List<BrokerMetadata> listed)
    {
        foreach (var broker in listed)
            if (brokers.TryAdd(broker.BrokerId, $"{broker.Host}:{broker.Port}") && gone.Remove(broker.BrokerId))
                LogBrokerBack(logger, broker.BrokerId, brokers[broker.BrokerId], listed.Count);
        foreach (var (id, address) in brokers.Where(broker => !listed.Exists(each => each.BrokerId == broker.Key)).ToArray())
        {
            brokers.Remove(id);
            gone.Add(id);
            LogBrokerGone(logger, id, address, listed.Count);
        }
    }

    private void NoteAnswer()
    {
        TimeSpan? silence;
        lock (hearing) silence = contact.Answer(Now);
        if (silence is { } lasted) LogAnswers(logger, lasted.TotalSeconds);
    }

    private void NoteSilence()
    {
        lock (hearing)
        {
            if (!contact.Fail(Now)) return;
            LogSilence(logger, context.Time.GetUtcNow() - (Now - contact.AnsweredAt), contact.Reason ?? $"{context.Cluster.BootstrapServers}: no answer");
        }
        input.Forget();
    }

    /// <summary>On a thread of the client's.</summary>
    private void Hear(string reason)
    {
        lock (hearing) contact.Hear(reason);
    }

    [LoggerMessage(60, LogLevel.Error, "No broker answers since {Since:HH:mm:ss} ({Reason})")]
    private static partial void LogSilence(ILogger logger, DateTimeOffset since, string reason);

    [LoggerMessage(61, LogLevel.Warning, "Brokers answer again, after {Seconds:0} s")]
    private static partial void LogAnswers(ILogger logger, double seconds);

    [LoggerMessage(90, LogLevel.Warning, "Broker {Id} ({Address}) is gone; {Left} are left")]
    private static partial void LogBrokerGone(ILogger logger, int id, string address, int left);

    [LoggerMessage(91, LogLevel.Information, "Broker {Id} ({Address}) is back; {There} are there")]
    private static partial void LogBrokerBack(ILogger logger, int id, string address, int there);

    [LoggerMessage(62, LogLevel.Warning, "The watch over the cluster failed, and goes on with a new client")]
    private static partial void LogFailed(ILogger logger, Exception failure);
}
