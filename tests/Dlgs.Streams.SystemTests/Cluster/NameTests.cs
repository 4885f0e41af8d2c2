using System.Collections.Concurrent;
using System.Net;
using System.Text.RegularExpressions;
using Dlgs.Streams.Contracts.V1;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Dlgs.Streams.SystemTests.Cluster;

/// <summary>Instances look for each other under a name, and what it resolves to, by the system's own resolver, changes while they run.</summary>
public sealed class NameTests(KafkaCluster kafka)
{
    private const string Name = "dlgs-peers";
    private const string A = "127.0.0.2";
    private const string B = "127.0.0.3";
    private const string C = "127.0.0.4";
    private const string COther = "127.0.0.5";
    private const string Nobody = "127.0.0.6";
    private const string Old = "127.0.0.7";
    private const string Foreign = "127.0.0.8";

    /// <summary>Bytes before a message: whether it is compressed, and its length.</summary>
    private const int GrpcPrefix = 5;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly int port = LoopbackPort.Free();

    /// <summary>How often each has said that the name has no address, as far as was waited for.</summary>
    private readonly Dictionary<DlgsProcess, int> unresolved = [];

    /// <summary>Instances that said hello to the stranger: nobody knows it but from the name.</summary>
    private readonly ConcurrentDictionary<string, bool> strayed = [];

    [Fact]
    public async Task Instances_find_each_other_as_addresses_of_their_name_come_and_change_and_lose_nobody_while_it_has_none()
    {
        var (servers, traffic) = (kafka.Require(), new RecordedTraffic(kafka.Require()));
        using var hosts = HostsFile.Require();
        using var instances = new KnownInstances(traffic, RecordedTraffic.ShortSession);
        using var interview = new Interview(servers, traffic);
        await using var strangers = await StartStrangersAsync();

        // The name is not there yet: each is alone.
        foreach (var (name, at) in new[] { ("a", A), ("b", B), ("c", C) }) Start(name, at);
        foreach (var name in new[] { "a", "b", "c" }) await instances[name].WaitForActiveAsync(1);
        await using var calls = new CallTraffic(servers, traffic.Topics, eventsPerSecond: 200);
        await UntilUnresolvedAsync("a", "b", "c");
        foreach (var name in new[] { "a", "b", "c" }) Assert.Equal([name], Known(name));
        foreach (var address in instances.Addresses) Assert.False(await interview.AskAsync(address));

        // It has their addresses, and others: where nobody listens, and where others than instances do.
        hosts.Say(Name, A, Nobody, Old, B, Foreign, C);
        await UntilAllKnowAllAsync("when the name is there");
        await Eventually.IsTrueAsync(() => strayed.Count == 3, Patience, () => "each to ask for the name itself, not to hear of the others alone");

        // It is gone again, and nobody is lost; but who comes back elsewhere meanwhile is alone, and not found.
        hosts.Say(Name);
        await UntilUnresolvedAsync("a", "b", "c");
        await UntilAllKnowAllAsync("while there is no name");
        instances.Take("c").Kill();
        Start("c", COther);
        await instances["c"].WaitForActiveAsync(1);
        await UntilUnresolvedAsync("c");
        foreach (var name in new[] { "a", "b" }) await UntilKnownAsync(name, "a", "b");
        Assert.Equal(["c"], Known("c"));
        foreach (var address in instances.Addresses) Assert.False(await interview.AskAsync(address));

        // The others find the newcomer, as only its address is there: it does not hear of theirs but from them.
        hosts.Say(Name, COther);
        await UntilAllKnowAllAsync("when one has come back at another address");
        await calls.EndAsync();
        await UntilAllKnowAllAsync("at the end");
        interview.Check(instances.Output);

        // Whoever looks after it is told at which addresses nobody was heard.
        foreach (var at in new[] { Nobody, Old, Foreign })
            await instances["a"].WaitForAsync(() => instances["a"].Output.Contains($"Nobody was heard at http://{at}:{port}", StringComparison.Ordinal), at);
        await instances.StopAsync();

        void Start(string name, string at) => instances.StartAt($"http://{at}:{port}", name, $"dns:{Name}:{port}", hosts);

        // Each has asked since the name has no address.
        async Task UntilUnresolvedAsync(params string[] names)
        {
            foreach (var instance in names.Select(name => instances[name]))
            {
                await instance.WaitForAsync(() => Unresolved(instance.Output) > unresolved.GetValueOrDefault(instance), "its name to be gone");
                unresolved[instance] = Unresolved(instance.Output);
            }
        }

        string[] Known(string name)
        {
            using var channel = GrpcChannel.ForAddress(instances[name].Address);
            var members = new DialogQuery.DialogQueryClient(channel).DescribeCluster(new DescribeClusterRequest()).Members;
            return [.. members.Where(member => !member.Down).Select(member => member.Instance).Order()];
        }

        Task UntilKnownAsync(string name, params string[] others) => Eventually.IsTrueAsync(() => Known(name).SequenceEqual(others), Patience,
            () => $"{name} to know {string.Join(',', others)}; it knows {string.Join(',', Known(name))}\n\n{instances.Output}");

        async Task UntilAllKnowAllAsync(string when)
        {
            foreach (var name in new[] { "a", "b", "c" }) await UntilKnownAsync(name, "a", "b", "c");
            await interview.UntilCompleteAsync(() => [.. instances.Addresses], $"{when}\n\n{instances.Output}");
        }
    }

    private static int Unresolved(string output) => Regex.Count(output, "gives no address at the moment");

    /// <summary>Others than instances on the same port: one that does not even speak HTTP/2, and one that does, and welcomes everybody.</summary>
    private async Task<WebApplication> StartStrangersAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Parse(Old), port, at => at.Protocols = HttpProtocols.Http1);
            kestrel.Listen(IPAddress.Parse(Foreign), port, at => at.Protocols = HttpProtocols.Http2);
        });
        var app = builder.Build();
        app.Run(async context =>
        {
            using var request = new MemoryStream();
            await context.Request.Body.CopyToAsync(request);
            strayed[PeerHello.Parser.ParseFrom(request.ToArray().AsSpan(GrpcPrefix)).Instance] = true;
            await context.Response.WriteAsync("Welcome!");
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }
}
