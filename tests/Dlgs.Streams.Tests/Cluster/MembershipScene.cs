using System.Net;
using Dlgs.Streams.Cluster;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Partitions;
using Dlgs.Streams.Settings;
using Dlgs.Streams.Tests.Grpc;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Dlgs.Streams.Tests.Cluster;

/// <summary>One instance whose peers, resolver and time are the test's.</summary>
public abstract class MembershipScene : IAsyncDisposable
{
    private protected const string OwnAddress = "http://127.0.0.1:7000";
    private protected const string A = "http://127.0.0.1:7001";
    private protected const string B = "http://127.0.0.1:7002";
    private protected static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    private protected readonly FakeTimeProvider time = new();
    private protected readonly ScriptedPeers peers = new();
    private protected readonly List<IPAddress> resolved = [];
    private protected Func<Task<IPAddress[]>> resolve;
    private protected volatile int asked;
    private protected readonly LogRecords log = new();
    private protected readonly PartitionRegistry registry = new(TimeSpan.FromSeconds(24), TimeProvider.System) { PartitionCount = 4, InputId = "input" };
    private protected readonly OwnHello own;
    private protected Membership members = null!;

    protected MembershipScene()
    {
        resolve = () => Task.FromResult<IPAddress[]>([.. resolved]);
        own = new OwnHello(Options.Create(new ClusterOptions { Instance = "own" }), registry, () => new Uri(OwnAddress), () => []);
    }

    private protected string[] Up => [.. members.Up.Select(member => member.Hello!.Instance).Order()];

    private protected static PeerHello Hello(string name, string address, params string[] known) => new()
    {
        Instance = name, Run = "run of " + name, Address = address, TopicPrefix = "dlgs.", InputId = "input", PartitionCount = 4, Known = { known },
    };

    private protected async Task StartAsync(string seeds, string at = OwnAddress)
    {
        var options = Options.Create(new PeerOptions { Address = at, Seeds = seeds });
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(log));
        var seeded = new PeerSeeds(options, ResolveAsync, time, loggers.CreateLogger<PeerSeeds>());
        members = new Membership(options, seeded, peers.Connect, own, time, loggers.CreateLogger<Membership>());
        await members.StartAsync(TestContext.Current.CancellationToken);
    }

    private Task<IPAddress[]> ResolveAsync(string name, CancellationToken cancellation)
    {
        Assert.Equal("dlgs-peers", name);
        asked++;
        return resolve();
    }

    private protected Task UntilUpAsync(params string[] names) => PassAsync(() => Up.SequenceEqual(names));

    /// <summary>Lets time pass until it is so.</summary>
    private protected async Task PassAsync(Func<bool> isSo)
    {
        await ClusterHosts.UntilAsync(() =>
        {
            if (isSo()) return true;
            time.Advance(Period);
            return false;
        }, "the members to be so");
    }

    public async ValueTask DisposeAsync()
    {
        await members.StopAsync(TestContext.Current.CancellationToken);
        members.Dispose();
        GC.SuppressFinalize(this);
    }
}
