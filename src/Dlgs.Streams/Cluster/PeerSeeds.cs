using System.Net;
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
    private long? askedAt;
    private bool hasFailed;

    /// <summary>The addresses that are known now; an answer that does not come changes nothing.</summary>
    public async Task<IReadOnlyList<Uri>> FindAsync(CancellationToken cancellation)
    {
        if (options.Value is not { DnsSeed: var (name, port), Listen: { } own } || askedAt is { } then && time.GetElapsedTime(then) < AskAgain) return found;
        askedAt = time.GetTimestamp();
        try
        {
            var addresses = await resolve(name, cancellation).WaitAsync(AskAgain, time, cancellation);
            hasFailed = false;
            // Without TLS nobody beyond this machine is asked.
            if (!own.IsTls && Array.Exists(addresses, address => !IPAddress.IsLoopback(address))) throw new ArgumentException(BeyondLoopback);
            return found = [.. addresses.Select(address => PeerAddress.At(own, address, port))];
        }
        catch (Exception e) when (e is System.Net.Sockets.SocketException or TimeoutException or ArgumentException)
        {
            if (!hasFailed) LogUnresolved(logger, name, e.Message);
            hasFailed = true;
            return found;
        }
    }

    [LoggerMessage(76, LogLevel.Warning, "The name {Name} of peers gives no address at the moment; it is asked for again every 3 s: {Reason}")]
    private static partial void LogUnresolved(ILogger logger, string name, string reason);
}
