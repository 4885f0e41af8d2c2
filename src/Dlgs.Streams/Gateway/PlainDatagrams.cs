using System.Net;
using System.Net.Sockets;

namespace Dlgs.Streams.Gateway;

/// <summary>Datagrams one by one, as every system gives them.</summary>
internal sealed class PlainDatagrams(Socket socket) : IDatagramBatch
{
    private readonly byte[] datagram = new byte[1 << 16];
    private readonly SocketAddress from = new(socket.AddressFamily);
    private int length;

    public int Receive()
    {
        try
        {
            length = socket.ReceiveFrom(datagram, SocketFlags.None, from);
            return 1;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock or SocketError.Interrupted
            or SocketError.MessageSize or SocketError.ConnectionReset)
        {
            return 0;
        }
    }

    public ReadOnlySpan<byte> Datagram(int index) => datagram.AsSpan(0, length);

    public Sender SenderOf(int index) => Sender.Of(from.Buffer.Span, socket.AddressFamily == AddressFamily.InterNetworkV6);

    public void Dispose()
    {
    }
}
