using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Dlgs.Streams.Gateway;

/// <summary>A socket at the port of HEP by UDP, with what only Linux can: several at one port, and how much was dropped at each.</summary>
internal static class UdpSocket
{
    private const int SocketLevel = 1;
    private const int ReusePort = 15;
    private const int ReceiveTimeout = 20;
    private const int MemoryFigures = 55;
    private const int DropsFigure = 8;
    private const int Figures = 9;

    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    /// <summary>Whether several can be at one port.</summary>
    public static bool CanShare => OperatingSystem.IsLinux();

    /// <summary>Throws a <see cref="SocketException"/> where it cannot be had.</summary>
    public static Socket Bind(IPEndPoint at, bool isShared, int buffer)
    {
        var socket = new Socket(at.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            if (at.Address.Equals(IPAddress.IPv6Any)) socket.DualMode = true;
            if (isShared) socket.SetRawSocketOption(SocketLevel, ReusePort, [1, 0, 0, 0]);
            socket.ReceiveBufferSize = buffer;
            SetTimeout(socket);
            socket.Bind(at);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>What the system gave of what was asked for. Linux doubles what it gives, for its own part in it.</summary>
    public static int BufferOf(Socket socket) => OperatingSystem.IsLinux() ? socket.ReceiveBufferSize / 2 : socket.ReceiveBufferSize;

    /// <summary>Datagrams that the system had no room for, since the socket was opened. 0 also where it does not say.</summary>
    public static long DropsOf(Socket socket)
    {
        if (!OperatingSystem.IsLinux()) return 0;
        Span<uint> figures = stackalloc uint[Figures];
        var length = socket.GetRawSocketOption(SocketLevel, MemoryFigures, MemoryMarshal.AsBytes(figures));
        return length == Figures * sizeof(uint) ? figures[DropsFigure] : 0;
    }

    /// <summary>Whoever reads looks up now and then, to see whether it is to end.</summary>
    private static void SetTimeout(Socket socket)
    {
        socket.ReceiveTimeout = (int)Patience.TotalMilliseconds;
        if (!LinuxDatagrams.IsSupported) return;
        // .NET keeps it to itself: calls that it does not make are not held to it.
        Span<long> timeval = [0, (long)Patience.TotalMicroseconds];
        socket.SetRawSocketOption(SocketLevel, ReceiveTimeout, MemoryMarshal.AsBytes(timeval));
    }
}
