using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Dlgs.Streams.Cli;

/// <summary>Why the service cannot listen, and what to do.</summary>
internal static class ListenFailure
{
    /// <summary>Null: it is another failure.</summary>
    public static string? InWords(Exception e) => e is SocketException or IOException { InnerException: AddressInUseException }
        ? $"{e.Message.TrimEnd('.')}. Another address, as --grpc http://127.0.0.1:5091; --http, --probes, --peer, --hep-udp, --hep-tcp and --hep-tls "
            + "say it of the other ports."
        : null;
}
