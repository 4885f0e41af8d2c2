using Dlgs.Streams.Client;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Kafka;

namespace Dlgs.Streams.SystemTests.Cluster;

/// <summary>Calls that come and go, as proxies publish them, until the test ends it. Some callers have a call up all the time, and none that changes.</summary>
internal sealed class CallTraffic : IAsyncDisposable
{
    public const int Callers = 7;
    private const int UpAtOnce = 60;

    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly SipEventPublisher publisher;
    private readonly CancellationTokenSource end = new();
    private readonly int burst;
    private readonly Task sending;

    /// <param name="servers">The brokers.</param>
    /// <param name="topics">Of the service.</param>
    /// <param name="burst">Calls that begin every 20 ms, as many as end: four events each.</param>
    public CallTraffic(string servers, Topics topics, int burst)
    {
        this.burst = burst;
        publisher = new SipEventPublisher(new Dictionary<string, string> { ["bootstrap.servers"] = servers }, topics.SipEvents);
        for (var i = 0; i < 2 * RecordedTraffic.Partitions; i++) Answer($"steady-{i}", "steady");
        Assert.True(publisher.Flush(Patience));
        sending = Task.Run(SendAsync);
    }

    public static string Caller(int call) => $"caller-{call % Callers}";

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
        for (var call = 0; !end.IsCancellationRequested; call += burst)
        {
            for (var i = call; i < call + burst; i++)
            {
                Answer($"call-{i}", Caller(i));
                if (i >= UpAtOnce) Send($"call-{i - UpAtOnce}", Caller(i - UpAtOnce), "BYE", 0, "b", cseq: 2);
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
