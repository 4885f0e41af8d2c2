using Dlgs.Streams.Settings;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Hosting;

/// <summary>Where the service listens now, with the ports that were found for it.</summary>
internal sealed class ListenAddresses(IServer server, IOptions<HttpOptions> http, IOptions<PeerOptions> peer)
{
    private static readonly Dictionary<Listener, string> Words = new()
    {
        [Listener.Grpc] = "queries at",
        [Listener.Http] = "HTTP at",
        [Listener.Probes] = "probes at",
        [Listener.Peer] = "peers at",
    };

    /// <summary>"queries at http://127.0.0.1:5090, HTTP at http://127.0.0.1:5080".</summary>
    public string Describe() => string.Join(", ", All().Select(listening => $"{Words[listening.Listener]} {listening.Address}"));

    /// <summary>Null: it does not listen there, or not yet.</summary>
    public Uri? Of(Listener listener) => All().FirstOrDefault(listening => listening.Listener == listener).Address is { } address ? new Uri(address) : null;

    private IEnumerable<(Listener Listener, string Address)> All() => Listeners().Zip(server.Features.Get<IServerAddressesFeature>()?.Addresses ?? []);

    /// <summary>In the order in which they were told to listen.</summary>
    private IEnumerable<Listener> Listeners()
    {
        yield return Listener.Grpc;
        if (http.Value.Listen is not null) yield return Listener.Http;
        if (http.Value.ListenProbes is not null) yield return Listener.Probes;
        if (peer.Value.Listen is not null) yield return Listener.Peer;
    }
}
