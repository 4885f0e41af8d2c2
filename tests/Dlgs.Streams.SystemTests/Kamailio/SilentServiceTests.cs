using System.Net;
using System.Net.Sockets;

namespace Dlgs.Streams.SystemTests.Kamailio;

/// <summary>What becomes of calls where the service does not answer Kamailio.</summary>
public sealed class SilentServiceTests
{
    private const int Calls = 10;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Where_nobody_listens_calls_are_let_through_or_not_as_one_line_says(bool failsOpen)
    {
        KamailioProcess.Require();
        using var proxy = await KamailioProxy.StartAsync(Lines(LoopbackPort.Free(), failsOpen));
        using var callers = new Callers(proxy, "alice", Calls);
        await callers.WaitUntilDecidedAsync(() => proxy.Output);
        Assert.Equal(failsOpen ? (Calls, 0, 0) : (0, 0, Calls), callers.Outcome);
        await callers.HangUpAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task While_the_service_hangs_Kamailio_goes_on(bool failsOpen)
    {
        KamailioProcess.Require();
        // Connections are made, and nothing is answered.
        using var hung = new TcpListener(IPAddress.Loopback, 0);
        hung.Start();
        var lines = Lines(((IPEndPoint)hung.LocalEndpoint).Port, failsOpen) with { Patience = 4 };
        using var proxy = await KamailioProxy.StartAsync(lines);
        using var callers = new Callers(proxy, "alice", Calls);
        await Eventually.IsTrueAsync(hung.Pending, TimeSpan.FromSeconds(60), () => $"a question; {proxy.Output}");
        using var client = new SipClient();
        Assert.Equal("SIP/2.0 200 OK", await client.AskAsync(proxy.Port, "OPTIONS", "beside"));
        Assert.False(callers.AreDecided, "Kamailio's one SIP worker was to answer before a question's time-out was over");
        await callers.WaitUntilDecidedAsync(() => proxy.Output);
        Assert.Equal(failsOpen ? (Calls, 0, 0) : (0, 0, Calls), callers.Outcome);
        await callers.HangUpAsync();
    }

    private static KamailioLines Lines(int httpPort, bool failsOpen) => new(HepPort: LoopbackPort.Free(), httpPort) { FailsOpen = failsOpen };
}
