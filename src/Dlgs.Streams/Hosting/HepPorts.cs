using Dlgs.Streams.Access;
using Dlgs.Streams.Gateway;
using Dlgs.Streams.Settings;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Hosting;

/// <summary>Where HEP comes in by TCP and TLS: ports of the same server, on which nobody speaks HTTP.</summary>
internal static class HepPorts
{
    /// <summary>Bytes of a connection that are read ahead: more than the longest frame.</summary>
    private const int MaxReadAhead = 128 * 1024;

    public static void AddHepPorts(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<HepEntrance>();
        builder.WebHost.UseSockets(sockets => sockets.MaxReadBufferSize = MaxReadAhead);
        builder.Services.AddOptions<KestrelServerOptions>()
            .Configure<IOptions<GatewayOptions>, HepEntrance, HepConnections, ConnectionPlaces, IHostApplicationLifetime>(
                (kestrel, options, entrance, connections, places, service) =>
                {
                    var isOver = Surfaces.EndOfPatience(service);
                    if (options.Value.ListenTcp is { } plain) Listen(Listener.HepTcp, plain, endpoint => { });
                    if (options.Value.ListenTls is { } tls)
                        Listen(Listener.HepTls, tls, endpoint =>
                        {
                            endpoint.Use(next => connection => TellFailedAsync(connection, next, entrance.Tls!));
                            endpoint.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = greeted => new(entrance.Tls!.Greet(greeted.Connection)) });
                        });

                    void Listen(Listener listener, HepAddress at, Action<ListenOptions> secure) => kestrel.Listen(at.EndPoint, endpoint =>
                    {
                        endpoint.Protocols = HttpProtocols.Http1;
                        endpoint.Use(listener, places, isOver);
                        secure(endpoint);
                        endpoint.Run(connection =>
                        {
                            connection.Features.Set(new Reached());
                            Keepalive.Ask(connection.Features.Get<IConnectionSocketFeature>()?.Socket);
                            return connections.RunAsync(connection, connection.Features.Get<ConnectionPlace>()!.Prove);
                        });
                    });
                });
    }

    /// <summary>The server says nothing of handshakes that fail, and agents say little.</summary>
    private static async Task TellFailedAsync(ConnectionContext connection, ConnectionDelegate next, ListenerTls tls)
    {
        await next(connection);
        if (connection.Features.Get<Reached>() is null)
            tls.TellFailed(connection, "its TLS handshake failed: plain HEP goes to hep_tcp, and an agent has to trust the certificate of hep_tls");
    }

    /// <summary>Marks a connection whose handshake is over.</summary>
    private sealed class Reached;
}
