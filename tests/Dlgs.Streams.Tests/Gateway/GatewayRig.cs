using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Dlgs.Streams.Gateway;
using Dlgs.Streams.Hosting;
using Dlgs.Streams.Settings;
using Dlgs.Streams.Tests.Access;
using Dlgs.Streams.Tests.Grpc;
using Dlgs.Streams.Tests.Kafka;
using Dlgs.Streams.Tests.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Dlgs.Streams.Tests.Gateway;

/// <summary>A gateway with its sockets, on free ports of loopback, over a queue that the test scripts.</summary>
internal sealed class GatewayRig : IAsyncDisposable
{
    private readonly WebApplication app;

    private GatewayRig(WebApplication app, ScriptedQueue queue, LogRecords log) => (this.app, Queue, Log) = (app, queue, log);

    public ScriptedQueue Queue { get; }

    public LogRecords Log { get; }

    public GatewayHost Host => app.Services.GetRequiredService<GatewayHost>();

    public HepConnections Connections => app.Services.GetRequiredService<HepConnections>();

    public IPEndPoint Udp => app.Services.GetRequiredService<UdpListener>().Address!;

    public IPEndPoint Tcp => EndPointOf(Listener.HepTcp);

    public IPEndPoint Tls => EndPointOf(Listener.HepTls);

    public static Task<GatewayRig> StartAsync(params (string Name, string Value)[] settings) => StartAsync(() => { }, settings);

    /// <param name="brokers">What happens before they are there.</param>
    /// <param name="settings">Of the gateway.</param>
    public static async Task<GatewayRig> StartAsync(Action brokers, params (string Name, string Value)[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        var (log, queue) = (new LogRecords(), new ScriptedQueue());
        builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Information);
        var given = settings.Append(("bootstrap_servers", "127.0.0.1:1")).ToDictionary(each => each.Item1, each => (string?)each.Item2);
        builder.Services.AddSettings(new ConfigurationBuilder().AddInMemoryCollection(given).Build());
        builder.Services.AddLoneGateway();
        // As the program has it: connections end while the ports wait for them.
        builder.Services.Configure<HostOptions>(host => host.ServicesStopConcurrently = true);
        builder.AddGatewaySurfaces(hasProbes: false);
        builder.AddHepPorts();
        builder.Services.AddSingleton<OpenEventQueue>(() =>
        {
            brokers();
            return queue;
        });
        if (!settings.Any(each => each.Name is "hep_tcp" or "hep_tls")) builder.Services.AddSingleton<Microsoft.AspNetCore.Hosting.Server.IServer, NoPorts>();
        var rig = new GatewayRig(builder.Build(), queue, log);
        await rig.app.StartAsync(TestContext.Current.CancellationToken);
        return rig;
    }

    public static async Task<TcpClient> ConnectAsync(IPEndPoint to)
    {
        var client = new TcpClient(to.AddressFamily) { NoDelay = true };
        await client.ConnectAsync(to, TestContext.Current.CancellationToken);
        return client;
    }

    public async Task<SslStream> HandshakeAsync(Certificates certificates, X509Certificate2? certificate)
    {
        var stream = new SslStream((await ConnectAsync(Tls)).GetStream());
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(certificates.Authority);
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "127.0.0.1", CertificateChainPolicy = policy, ClientCertificates = certificate is null ? null : [certificate],
        }, TestContext.Current.CancellationToken);
        return stream;
    }

    public static async Task<bool> IsClosedAsync(TcpClient client)
    {
        try
        {
            return await client.GetStream().ReadAsync(new byte[1], TestContext.Current.CancellationToken) == 0;
        }
        catch (IOException)
        {
            return true;
        }
    }

    public Task WaitForAsync(int events) => WaitForAsync(() => Queue.Count >= events, $"{events} events");

    public Task WaitForAsync(string count, int value = 1) => WaitForAsync(() => Count(count) >= value, $"{value} {count}");

    private async Task WaitForAsync(Func<bool> condition, string what)
    {
        try
        {
            await EmbeddedCluster.Eventually(condition, what);
        }
        catch (Exception)
        {
            var said = string.Join('\n', Log.All.Select(line => $"{line.Message} {line.Exception}"));
            Assert.Fail($"{Queue.Count} events came while the test waited for {what}; the gateway said:\n{said}");
        }
    }

    /// <summary>Of "agent outcome", frames and messages.</summary>
    public double Count(string labels) =>
        new[] { "dlgs.hep_frames", "dlgs.hep_messages" }.Sum(metric => MeterReading.Of(metric, app.Services).GetValueOrDefault(labels));

    /// <summary>Of whatever metric.</summary>
    public double Metric(string name, string labels) => MeterReading.Of(name, app.Services).GetValueOrDefault(labels);

    public Task StopAsync() => app.StopAsync(TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private IPEndPoint EndPointOf(Listener listener)
    {
        var url = app.Services.GetRequiredService<ListenAddresses>().Of(listener)!;
        return new IPEndPoint(IPAddress.Parse(url.DnsSafeHost), url.Port);
    }
}
