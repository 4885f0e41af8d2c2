using Dlgs.Streams.Gateway;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Dlgs.Streams.Hosting;

/// <summary>Where the service listens now, with the ports that were found for it.</summary>
internal sealed class ListenAddresses(IServer server, ListenerOrder order, UdpListener? udp = null)
{
    private static readonly Dictionary<Listener, string> Words = new()
    {
        [Listener.Grpc] = "queries at",
        [Listener.Http] = "HTTP at",
        [Listener.Probes] = "probes at",
        [Listener.Peer] = "peers at",
        [Listener.HepTcp] = "HEP by TCP at",
        [Listener.HepTls] = "HEP by TLS at",
    };

    private static readonly Listener[] OfHep = [Listener.HepTcp, Listener.HepTls];

    /// <summary>"queries at http://127.0.0.1:5090, HTTP at http://127.0.0.1:5080".</summary>
    public string Describe() => string.Join(", ", [.. All().Select(InWords), .. UdpInWords()]);

    /// <summary>The same of the ports where HEP comes in.</summary>
    public string DescribeHep() => string.Join(", ", [.. UdpInWords(), .. All().Where(listening => OfHep.Contains(listening.Listener)).Select(InWords)]);

    /// <summary>Null: it does not listen there, or not yet.</summary>
    public Uri? Of(Listener listener) => All().FirstOrDefault(listening => listening.Listener == listener).Address is { } address ? new Uri(address) : null;

    /// <summary>HEP is no http, whatever the server takes its ports for.</summary>
    private static string InWords((Listener Listener, string Address) listening) =>
        $"{Words[listening.Listener]} {(OfHep.Contains(listening.Listener) ? new Uri(listening.Address).Authority : listening.Address)}";

    private IEnumerable<string> UdpInWords() => udp?.Address is { } address ? [$"HEP by UDP at {address}"] : [];

    private IEnumerable<(Listener Listener, string Address)> All() => order.Zip(server.Features.Get<IServerAddressesFeature>()?.Addresses ?? []);
}

/// <summary>The ports that the server was told to listen at, in that order.</summary>
internal sealed class ListenerOrder : List<Listener>;
