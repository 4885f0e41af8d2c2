using System.Collections.Concurrent;
using Dlgs.Streams.Cluster;
using Dlgs.Streams.Contracts.V1;

namespace Dlgs.Streams.Tests.Cluster;

/// <summary>Other instances, which say and do what the test scripts. An address without a script does not answer.</summary>
internal sealed class ScriptedPeers
{
    private readonly ConcurrentDictionary<Uri, Func<PeerHello>> hellos = new();

    /// <summary>What comes of a question to an address; it may never end.</summary>
    public Func<Uri, PeerQuestion, CancellationToken, Task<PeerAnswer>> Answer { get; set; } = (_, _, _) => throw Silence();

    public ConcurrentQueue<(Uri Address, PeerHello Hello)> Met { get; } = new();

    public ConcurrentQueue<Uri> Asked { get; } = new();

    public void Says(string address, Func<PeerHello> hello) => hellos[new Uri(address)] = hello;

    public void IsGone(string address) => hellos.TryRemove(new Uri(address), out _);

    private static PeerFailedException Silence() => new(PeerFailure.Silence, "nobody there");

    public IPeer Connect(Uri address) => new Peer(this, address);

    private sealed class Peer(ScriptedPeers script, Uri address) : IPeer
    {
        public Task<PeerHello> MeetAsync(PeerHello hello, TimeSpan limit, CancellationToken cancellation)
        {
            script.Met.Enqueue((address, hello));
            return script.hellos.TryGetValue(address, out var says) ? Task.FromResult(says()) : throw Silence();
        }

        public Task<PeerAnswer> AskAsync(PeerQuestion question, TimeSpan limit, CancellationToken cancellation)
        {
            script.Asked.Enqueue(address);
            return script.Answer(address, question, cancellation);
        }

        public void Dispose()
        {
        }
    }
}
