using System.Net;
using System.Net.Sockets;

namespace Dlgs.Streams.SystemTests;

/// <summary>
/// Free ports for what the tests start. They lie below the range that outgoing connections get theirs from: a broker that is down for a
/// moment must find its port again, and a client that knocks there meanwhile must not be given that very port and reach itself.
/// </summary>
internal static class LoopbackPort
{
    private const int First = 20_000;
    private const int Last = 32_000;

    public static int Free()
    {
        for (var attempt = 0; attempt < 200; attempt++)
        {
            var port = Random.Shared.Next(First, Last);
            if (IsFree(port)) return port;
        }
        throw new InvalidOperationException($"No free port found from {First} to {Last}.");
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
