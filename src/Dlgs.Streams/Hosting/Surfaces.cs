using System.Net.Security;
using Dlgs.Streams.Access;
using Dlgs.Streams.Grpc;
using Dlgs.Streams.Http;
using Dlgs.Streams.Settings;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Dlgs.Streams.Hosting;

/// <summary>The port that a connection came in by.</summary>
internal sealed record ListenerFeature(Listener Listener);

/// <summary>What listens, where, and what is found there.</summary>
internal static class Surfaces
{
    private static readonly TimeSpan PingDelay = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(10);

    /// <summary>For callers who have an answer to come when the service is told to stop.</summary>
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(3);

    private const int LeastBytesPerSecond = 16 * 1024;
    private static readonly TimeSpan RateGrace = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan HeadersTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Bytes of the headers of a request, at most: a bearer token is some KiB.</summary>
    private const int MaxHeaderBytes = 16 * 1024;

    /// <summary>Bytes of a request that a connection sends ahead.</summary>
    private const int MaxRequestBytes = 256 * 1024;

    public static void AddSurfaces(this WebApplicationBuilder builder)
    {
        builder.Services.AddAccess().AddDialogQueries().AddHttpQueries();
        builder.AddPorts();
        builder.Services.AddOptions<KestrelServerOptions>()
            .Configure<Entrances, IOptions<HttpOptions>, IOptions<PeerOptions>, ConnectionPlaces, IHostApplicationLifetime>(
                (kestrel, entrances, http, peer, places, service) => Listen(kestrel, entrances, http.Value, peer.Value, places, EndOfPatience(service)));
    }

    /// <summary>A gateway alone has the ports of HEP, and that of probes and metrics.</summary>
    public static void AddGatewaySurfaces(this WebApplicationBuilder builder, bool hasProbes)
    {
        builder.Services.AddAccess().AddRoutingCore().AddHealthChecks().AddCheck<GatewayHealth>("");
        builder.AddPorts();
        if (hasProbes)
            builder.Services.AddOptions<KestrelServerOptions>().Configure<IOptions<HttpOptions>, ConnectionPlaces, IHostApplicationLifetime>(
                (kestrel, http, places, service) => ListenForProbes(kestrel, http.Value.ListenProbes!, places, EndOfPatience(service)));
    }

    public static void MapGatewaySurfaces(this WebApplication app)
    {
        app.MapProbes();
        app.MapMetrics();
    }

    /// <summary>Ports of whatever kind.</summary>
    private static void AddPorts(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ConnectionPlaces>().AddSingleton<ListenerOrder>();
        builder.Services.AddMetricsExport(builder.Configuration);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<MatcherPolicy, ListenerPolicy>());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.Services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.AddServerHeader = false;
            Bound(kestrel.Limits);
        });
    }

    public static void MapSurfaces(this WebApplication app)
    {
        var entrances = app.Services.GetRequiredService<Entrances>();
        app.UseWhen(CameBy(Listener.Grpc), grpc => grpc.UseGate(entrances.OfGrpc, AccessRefusals.WriteAsync));
        app.UseWhen(CameBy(Listener.Http), http => http.UseGate(entrances.OfHttp, Problems.WriteAsync));
        // What was let in is worth its place. On the port of probes everybody is.
        app.UseWhen(context => !CameBy(Listener.Probes)(context), here => here.Use(next => context =>
        {
            context.Features.Get<ConnectionPlace>()?.Prove();
            return next(context);
        }));
        app.UseWhen(CameByHttp, http => http.UseHttpAnswers());
        app.UseWhen(CameBy(Listener.Http), http => http.UseKnownHosts());
        On(Listener.Grpc).MapDialogQueries(app.Services.GetRequiredService<IOptions<AccessOptions>>().Value.Reflection);
        On(Listener.Http).MapHttpQueries();
        var probes = On(Listener.Http, Listener.Probes);
        probes.MapProbes();
        probes.MapMetrics();
        On(Listener.Peer).MapPeers();

        RouteGroupBuilder On(params Listener[] listeners) => app.MapGroup("").WithMetadata(new ListenerPolicy.Listening(listeners));
    }

    private static Func<HttpContext, bool> CameBy(Listener listener) => context => context.Features.Get<ListenerFeature>()?.Listener == listener;

    private static bool CameByHttp(HttpContext context) => context.Features.Get<ListenerFeature>() is not { Listener: Listener.Grpc or Listener.Peer };

    private static void ListenForProbes(KestrelServerOptions kestrel, ListenAddress probes, ConnectionPlaces places, CancellationToken isOver) =>
        kestrel.Listen(probes.Address, probes.Port, endpoint =>
        {
            endpoint.Protocols = HttpProtocols.Http1;
            endpoint.Use(Listener.Probes, places, isOver);
        });

    private static void Listen(
        KestrelServerOptions kestrel, Entrances entrances, HttpOptions http, PeerOptions peer, ConnectionPlaces places, CancellationToken isOver)
    {
        // Who watches, and is gone without a word, leaves its place.
        (kestrel.Limits.Http2.KeepAlivePingDelay, kestrel.Limits.Http2.KeepAlivePingTimeout) = (PingDelay, PingTimeout);
        Listen(Listener.Grpc, entrances.OfGrpc.At!, HttpProtocols.Http2, connection => entrances.OfGrpc.Tls!.Greet(connection));
        // Without TLS there is no word on which of the two it is: HTTP/1.1 then.
        if (entrances.OfHttp.At is { } address)
            Listen(Listener.Http, address, address.IsTls ? HttpProtocols.Http1AndHttp2 : HttpProtocols.Http1,
                connection => entrances.OfHttp.Tls!.Greet(connection));
        if (http.ListenProbes is { } probes) ListenForProbes(kestrel, probes, places, isOver);
        if (peer.Listen is { } peers) Listen(Listener.Peer, peers, HttpProtocols.Http2, connection => entrances.OfPeer!.Greet(connection.RemoteEndPoint));

        void Listen(Listener listener, ListenAddress at, HttpProtocols protocols, Func<ConnectionContext, SslServerAuthenticationOptions> greet) =>
            kestrel.Listen(at.Address, at.Port, endpoint =>
            {
                endpoint.Protocols = protocols;
                endpoint.Use(listener, places, isOver);
                if (at.IsTls) endpoint.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = greeted => new(greet(greeted.Connection)) });
            });
    }

    /// <summary>Who sends or takes a trickle is cut off, before an answer of some MiB is held for it for hours.</summary>
    private static void Bound(KestrelServerLimits limits)
    {
        limits.MinRequestBodyDataRate = limits.MinResponseDataRate = new MinDataRate(LeastBytesPerSecond, RateGrace);
        limits.RequestHeadersTimeout = HeadersTimeout;
        (limits.MaxRequestHeadersTotalSize, limits.Http2.MaxRequestHeaderFieldSize) = (MaxHeaderBytes, MaxHeaderBytes);
        (limits.Http2.InitialConnectionWindowSize, limits.Http2.InitialStreamWindowSize) = (2 * MaxRequestBytes, MaxRequestBytes);
    }

    /// <summary>When the service is being stopped: half a request may be all that ever comes, and would hold it up for its whole time.</summary>
    public static CancellationToken EndOfPatience(IHostApplicationLifetime service)
    {
        var patience = new CancellationTokenSource();
        service.ApplicationStopping.Register(() => patience.CancelAfter(StopPatience));
        return patience.Token;
    }

    /// <summary>Marks the connections of a port, as many as it takes; others are closed. All are when a stop has waited for them.</summary>
    public static void Use(this ListenOptions endpoint, Listener listener, ConnectionPlaces places, CancellationToken isOver)
    {
        endpoint.ApplicationServices.GetRequiredService<ListenerOrder>().Add(listener);
        var feature = new ListenerFeature(listener);
        endpoint.Use(next => connection => places.RunAsync(listener, connection, async admitted =>
        {
            await using var ending = isOver.Register(admitted.Abort);
            admitted.Features.Set(feature);
            await next(admitted);
        }));
    }
}
