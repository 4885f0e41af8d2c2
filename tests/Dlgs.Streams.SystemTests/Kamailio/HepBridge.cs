using System.Net;
using System.Net.Sockets;
using Dlgs.Streams.Client;
using Dlgs.Streams.Core.Dialogs;
using Dlgs.Streams.Hep;
using Dlgs.Streams.Kafka;
using Dlgs.Streams.Records;
using Dlgs.Streams.Sip;

namespace Dlgs.Streams.SystemTests.Kamailio;

/// <summary>What the network gateway will be: HEP over TCP into the input topic.</summary>
internal sealed class HepBridge : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly SipEventPublisher publisher;

    public HepBridge(string servers, string prefix)
    {
        publisher = new SipEventPublisher(new Dictionary<string, string> { ["bootstrap.servers"] = servers }, new Topics(prefix).SipEvents);
        listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>The senders have ended.</summary>
    public void Dispose()
    {
        listener.Dispose();
        publisher.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            var sender = await listener.AcceptTcpClientAsync();
            _ = Task.Factory.StartNew(() => Publish(sender), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
    }

    private void Publish(TcpClient sender)
    {
        using var stream = sender.GetStream();
        var frames = new HepReader(stream, SipStream.TryFindLength);
        while (frames.TryRead(out var frame, out var failure))
        {
            if (failure != HepFailure.None || SipReader.Read(frame.Payload, new FieldLimits(), out var message) != SipFailure.None) continue;
            message.Time = new SipTime(frame.TimeMicros);
            publisher.Publish(SipEvents.ToEvent(message, frame.Payload, frame.Proxy));
        }
    }
}
