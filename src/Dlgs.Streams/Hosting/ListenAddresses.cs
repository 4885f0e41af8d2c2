using Dlgs.Streams.Settings;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Hosting;

/// <summary>Where the service listens now, with the ports that were found for it.</summary>
internal sealed class ListenAddresses(IServer server, IOptions<HttpOptions> http)
{
    private static readonly Dictionary<Listener, string> Words = new()
    {
        [Listener.Grpc] = "queries at",
        [Listener.Http] = "HTTP at",
        [Listener.Probes] = "probes at",
    };

    /// <summary>"queries at http://127.0.0.1:5090, HTTP at http://127.0.0.1:5080".</summary>
    public string Describe() => string.Join(", ", Listeners().Zip(server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [],
        (listener, address) => $"{Words[listener]} {address}"));

    /// <summary>In the order in which they were told to listen.</summary>
    private IEnumerable<Listener> Listeners()
    {
        yield return Listener.Grpc;
        if (http.Value.Listen is not null) yield return Listener.Http;
        if (http.Value.ListenProbes is not null) yield return Listener.Probes;
    }
}
