using Dlgs.Streams.Client;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Kafka;

namespace Dlgs.Streams.SystemTests.Cluster;

/// <summary>Calls that come and go, as proxies publish them, until the test ends it. Some callers have a call up all the time, and none that changes.</summary>
internal sealed class CallTraffic : IAsyncDisposable
{
    public const int Callers = 7;
    private const int UpAtOnce = 60;
    private const int EventsOfCall = 4;

    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly SipEventPublisher publisher;
    private readonly CancellationTokenSource end = new();
    private readonly int eventsPerSecond;
    private readonly Task sending;

    /// <param name="servers">The brokers.</param>
    /// <param name="topics">Of the service.</param>
    /// <param name="eventsPerSecond">Four of a call. What a busy machine missed is made up for, so that it is the rate as long as the brokers keep up.</param>
    public CallTraffic(string servers, Topics topics, int eventsPerSecond)
    {
        this.eventsPerSecond = eventsPerSecond;
        publisher = new SipEventPublisher(new Dictionary<string, string> { ["bootstrap.servers"] = servers }, topics.SipEvents);
        for (var i = 0; i < 2 * RecordedTraffic.Partitions; i++) Answer($"steady-{i}", "steady");
        Assert.True(publisher.Flush(Patience));
        sending = Task.Run(SendAsync);
    }

    public static string Caller(int call) => $"caller-{call % Callers}";

    /// <summary>Events that are in the log.</summary>
    public long Delivered => publisher.Delivered;

    /// <summary>All that was sent is in the log.</summary>
    public async Task EndAsync()
    {
        await end.CancelAsync();
        await sending;
        Assert.True(publisher.Flush(Patience) && publisher.Failed == 0, publisher.LastError);
    }

    private async Task SendAsync()
    {
        using var timer = new PeriodicTimer(Period);
        var start = TimeProvider.System.GetTimestamp();
        for (var call = 0; !end.IsCancellationRequested;)
        {
            var due = TimeProvider.System.GetElapsedTime(start).TotalSeconds * eventsPerSecond / EventsOfCall;
            for (; call < due && !end.IsCancellationRequested; call++)
            {
                Answer($"call-{call}", Caller(call));
                if (call >= UpAtOnce) Send($"call-{call - UpAtOnce}", Caller(call - UpAtOnce), "BYE", 0, "b", cseq: 2);
            }
            await timer.WaitForNextTickAsync(end.Token).AsTask().ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    private void Answer(string call, string caller)
    {
        Send(call, caller, "INVITE", 0, "");
        Send(call, caller, "INVITE", 200, "b");
        Send(call, caller, "ACK", 0, "b");
    }

    private void Send(string call, string caller, string method, uint status, string toTag, uint cseq = 1) => publisher.Publish(new SipEvent
    {
        CallId = call, FromTag = "a", ToTag = toTag, Method = method, Status = status, Cseq = cseq, ViaBranches = { $"{method}{cseq}" },
        Src = caller, Dst = "bob",
    });

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        await sending;
        publisher.Dispose();
        end.Dispose();
    }
}
