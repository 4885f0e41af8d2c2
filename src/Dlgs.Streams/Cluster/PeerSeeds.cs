using System.Net;
using System.Net.Sockets;
using Dlgs.Streams.Settings;
using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Cluster;

/// <summary>All addresses of a host, A and AAAA.</summary>
internal delegate Task<IPAddress[]> ResolveHost(string name, CancellationToken cancellation);

/// <summary>Where the setting says that others may be. A name is asked for again and again: it has other addresses as instances come and go.</summary>
internal sealed partial class PeerSeeds(IOptions<PeerOptions> options, ResolveHost resolve, TimeProvider time, ILogger<PeerSeeds> logger)
{
    private const string BeyondLoopback = "it has addresses beyond this machine, and those are asked over TLS only: peer has to be https";

    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(3);

    private IReadOnlyList<Uri> found = options.Value.AddressSeeds;
    private Task<IReadOnlyList<Uri>?>? asking;
    private long? askedAt;
    private string? told;

    /// <summary>
    /// The addresses that are known now. Nobody waits for an answer: a resolver may hang for half a minute, and members are to be met meanwhile. Until it
    /// has come nothing else is asked, as the system would only queue it; and one that does not come changes nothing.
    /// </summary>
    public async Task<IReadOnlyList<Uri>> FindAsync(CancellationToken cancellation)
    {
        if (options.Value is not { DnsSeed: var (name, port), Listen: { } own }) return found;
        if (asking is null && (askedAt is not { } then || time.GetElapsedTime(then) >= AskAgain))
        {
            askedAt = time.GetTimestamp();
            asking = AskAsync(name, port, own, cancellation);
        }
        if (asking is { IsCompleted: true } answered)
        {
            asking = null;
            found = await answered ?? found;
        }
        return found;
    }

    /// <summary>Null: there is no answer.</summary>
    private async Task<IReadOnlyList<Uri>?> AskAsync(string name, int port, ListenAddress own, CancellationToken cancellation)
    {
        try
        {
            var addresses = await resolve(name, cancellation);
            // Without TLS nobody beyond this machine is asked.
            if (!own.IsTls && Array.Exists(addresses, address => !IPAddress.IsLoopback(address))) throw new ArgumentException(BeyondLoopback);
            told = null;
            return [.. addresses.Select(address => PeerAddress.At(own, address, port))];
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            if (e.Message != told) LogUnresolved(logger, name, e.Message);
            told = e.Message;
            return null;
        }
    }

    [LoggerMessage(76, LogLevel.Warning, "The name {Name} of peers gives no address at the moment; it is asked for again every 3 s: {Reason}")]
    private static partial void LogUnresolved(ILogger logger, string name, string reason);
}
