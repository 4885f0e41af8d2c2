using System.Net;
using System.Threading.RateLimiting;
using Dlgs.Streams.Access;
using Dlgs.Streams.Settings;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Hosting;

/// <summary>How many connections a port has at once, in all and from one address.</summary>
internal sealed class ConnectionPlaces(IOptions<AnswerOptions> options) : IDisposable
{
    /// <summary>Who opens more than that is not heard, and others are on their ports.</summary>
    private const int Most = 1_000;

    private readonly PartitionedRateLimiter<(Listener Port, Identity)> places = PartitionedRateLimiter.CreateChained(
        PartitionedRateLimiter.Create<(Listener Port, Identity), Listener>(connection => Places(connection.Port, Most)),
        PartitionedRateLimiter.Create<(Listener, Identity), (Listener, Identity)>(connection => Places(connection, options.Value.CallerConnections)));

    /// <summary>Runs it if there is a place for it; else it is closed.</summary>
    public async Task RunAsync(Listener port, ConnectionContext connection, ConnectionDelegate run)
    {
        using var place = places.AttemptAcquire((port, Identity.Of((connection.RemoteEndPoint as IPEndPoint)?.Address).AsOneCaller()));
        if (place.IsAcquired) await run(connection);
    }

    public void Dispose() => places.Dispose();

    private static RateLimitPartition<T> Places<T>(T of, int count) =>
        RateLimitPartition.GetConcurrencyLimiter(of, _ => new ConcurrencyLimiterOptions { PermitLimit = count });
}
