using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Dlgs.Streams.SystemTests.Kamailio;

/// <summary>Sends a lone request about a call, and may wait for its answer.</summary>
internal sealed class SipClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly UdpClient udp = new(new IPEndPoint(IPAddress.Loopback, 0));
    private int sent;

    public void Send(int port, string method, string callId)
    {
        var number = ++sent;
        var text = $"""
            {method} sip:127.0.0.1:{port} SIP/2.0
            Via: SIP/2.0/UDP {udp.Client.LocalEndPoint};branch=z9hG4bK{Guid.NewGuid():N}
            From: <sip:test@example.com>;tag=test
            To: <sip:test@example.com>
            Call-ID: {callId}
            CSeq: {number} {method}
            Max-Forwards: 70
            Content-Length: 0


            """;
        udp.Send(Encoding.ASCII.GetBytes(text.ReplaceLineEndings("\r\n")), new IPEndPoint(IPAddress.Loopback, port));
    }

    /// <summary>Sends it, and returns the first line of the answer.</summary>
    public async Task<string> AskAsync(int port, string method, string callId)
    {
        Send(port, method, callId);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        end.CancelAfter(Patience);
        return FirstLine((await udp.ReceiveAsync(end.Token)).Buffer);
    }

    /// <summary>Sends OPTIONS; true: an answer to this one or one before it has come.</summary>
    public bool IsAnswered(int port)
    {
        Send(port, "OPTIONS", "ready");
        return udp.Available > 0;
    }

    public void Dispose() => udp.Dispose();

    private static string FirstLine(byte[] message) => Encoding.ASCII.GetString(message).Split("\r\n")[0];
}
