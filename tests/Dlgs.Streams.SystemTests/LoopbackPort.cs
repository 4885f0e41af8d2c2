using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Dlgs.Streams.SystemTests;

/// <summary>
/// Free ports for what the tests start. They lie below the range that outgoing connections get theirs from: a broker that is down for a
/// moment must find its port again, and a client that knocks there meanwhile must not be given that very port and reach itself. None is given
/// twice: dozens of programs that start at the same time have not taken theirs yet.
/// </summary>
internal static class LoopbackPort
{
    private const int First = 20_000;
    private const int Last = 32_000;

    private static readonly ConcurrentDictionary<int, bool> Given = new();

    public static int Free()
    {
        for (var attempt = 0; attempt < 200; attempt++)
        {
            var port = Random.Shared.Next(First, Last);
            if (Given.TryAdd(port, true) && IsFree(port)) return port;
        }
        throw new InvalidOperationException($"No free port found from {First} to {Last}.");
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            using var udp = new UdpClient(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
