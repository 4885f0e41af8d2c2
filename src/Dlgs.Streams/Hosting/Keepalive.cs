using System.Net.Sockets;

namespace Dlgs.Streams.Hosting;

/// <summary>
/// Lets the system ask the other end whether it is still there. Who only reads would not hear that an agent's machine, or the way to it, is gone.
/// </summary>
internal static class Keepalive
{
    private const int IdleSeconds = 60;
    private const int SecondsBetween = 10;
    private const int Unanswered = 3;

    public static void Ask(Socket? socket)
    {
        if (socket is null) return;
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, IdleSeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, SecondsBetween);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, Unanswered);
        }
        // It is gone already, and its reader will see that.
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
        }
    }
}
