using Dlgs.Streams.Contracts.V1;

namespace Dlgs.Streams.Cluster;

/// <summary>Another instance at an address, however it is reached. Each call throws <see cref="PeerFailedException"/>.</summary>
internal interface IPeer : IDisposable
{
    Task<PeerHello> MeetAsync(PeerHello hello, TimeSpan limit, CancellationToken cancellation);

    Task<PeerAnswer> AskAsync(PeerQuestion question, TimeSpan limit, CancellationToken cancellation);
}

/// <summary>A connection to whoever is at an address; made when it is first used.</summary>
internal delegate IPeer ConnectPeer(Uri address);

/// <summary>What it says of a peer that it gave no answer.</summary>
internal enum PeerFailure
{
    /// <summary>It cannot be reached, or was silent for longer than one that is well: it is down.</summary>
    Silence,
    /// <summary>Whoever is there did not prove to be one.</summary>
    Untrusted,
    /// <summary>Nothing: the time was short, or the question is at fault.</summary>
    Unproven,
}

/// <summary>A peer gave no answer.</summary>
internal sealed class PeerFailedException(PeerFailure failure, string message, Exception? cause = null) : Exception(message, cause)
{
    public PeerFailure Failure => failure;
}
