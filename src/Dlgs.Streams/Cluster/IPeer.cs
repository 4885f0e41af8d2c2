using Dlgs.Streams.Contracts.V1;

namespace Dlgs.Streams.Cluster;

/// <summary>Another instance at an address, however it is reached. Each call throws <see cref="PeerUnreachableException"/>.</summary>
internal interface IPeer : IDisposable
{
    Task<PeerHello> MeetAsync(PeerHello hello, TimeSpan limit, CancellationToken cancellation);

    Task<PeerAnswer> AskAsync(PeerQuestion question, TimeSpan limit, CancellationToken cancellation);
}

/// <summary>A connection to whoever is at an address; made when it is first used.</summary>
internal delegate IPeer ConnectPeer(Uri address);

/// <summary>A peer does not answer, or not in time.</summary>
internal sealed class PeerUnreachableException(string message, Exception? cause = null) : Exception(message, cause);
