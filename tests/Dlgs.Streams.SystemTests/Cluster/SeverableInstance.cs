using System.Collections.Concurrent;
using Dlgs.Streams.Cluster;
using Dlgs.Streams.Grpc.Peers;
using Dlgs.Streams.Hosting;
using Dlgs.Streams.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Dlgs.Streams.SystemTests.Cluster;

/// <summary>An instance, in this process, that can be cut off from its peers and not from Kafka: a proxy stands in each way between them.</summary>
internal sealed class SeverableInstance : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentDictionary<Uri, PeerProxy> ways = new();

    public SeverableInstance(string servers, RecordedTraffic traffic, string name, IEnumerable<string> seeds)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["bootstrap_servers"] = servers, ["topic_prefix"] = traffic.Prefix, ["instance"] = name, ["lanes"] = "2", ["kafka:session.timeout.ms"] = "6000",
            ["partitions"] = $"{RecordedTraffic.Partitions}", ["grpc"] = "http://127.0.0.1:0", ["http"] = "http://127.0.0.1:0",
            ["peer"] = "http://127.0.0.1:0", ["peers"] = string.Join(',', seeds), ["leave_on_stop"] = "true",
        });
        builder.Services.AddSettings(builder.Configuration);
        builder.Services.AddLanes();
        builder.Services.AddPeers();
        builder.Services.AddAnswers();
        builder.Services.AddSingleton<ConnectPeer>(address => new GrpcPeer(WayTo(address).Address, tls: null, TimeSpan.FromSeconds(1)));
        builder.Services.AddSingleton<FindOwnAddress>(provider => () =>
            provider.GetRequiredService<ListenAddresses>().Of(Listener.Peer) is { } own ? WayTo(own).Address : null);
        builder.AddSurfaces();
        app = builder.Build();
        app.MapSurfaces();
    }

    public string Address => app.Urls.First();

    public Task StartAsync() => app.StartAsync(TestContext.Current.CancellationToken);

    public void Sever()
    {
        foreach (var way in ways.Values) way.FallSilent();
    }

    public void Heal()
    {
        foreach (var way in ways.Values) way.Heal();
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync(TestContext.Current.CancellationToken);
        await app.DisposeAsync();
        foreach (var way in ways.Values) way.Dispose();
    }

    private PeerProxy WayTo(Uri address) => ways.GetOrAdd(address, to => new PeerProxy(to));
}
