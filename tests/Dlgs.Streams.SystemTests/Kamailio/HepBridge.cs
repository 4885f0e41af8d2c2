using System.Net;
using System.Net.Sockets;
using Dlgs.Streams.Client;
using Dlgs.Streams.Kafka;
using Dlgs.Streams.Recordings;
using Dlgs.Streams.Records;
using Dlgs.Streams.Sip;

namespace Dlgs.Streams.SystemTests.Kamailio;

/// <summary>What the network gateway will be: HEP over UDP into the input topic.</summary>
internal sealed class HepBridge : IAsyncDisposable
{
    private readonly UdpClient udp = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly CancellationTokenSource end = new();
    private readonly SipEventPublisher publisher;
    private readonly Task work;

    public HepBridge(string servers, string prefix)
    {
        publisher = new SipEventPublisher(new Dictionary<string, string> { ["bootstrap.servers"] = servers }, new Topics(prefix).SipEvents);
        work = RunAsync();
    }

    public int Port => ((IPEndPoint)udp.Client.LocalEndPoint!).Port;

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        publisher.Dispose();
        udp.Dispose();
        end.Dispose();
    }

    private async Task RunAsync()
    {
        while (true) Publish((await udp.ReceiveAsync(end.Token)).Buffer);
    }

    private void Publish(byte[] datagram)
    {
        using var recording = new Recording(new MemoryStream(datagram), new FieldLimits());
        while (recording.TryRead(out var frame))
            while (recording.TryTake(ref frame, out var message))
                publisher.Publish(SipEvents.ToEvent(message, frame.Message, frame.Proxy));
    }
}
