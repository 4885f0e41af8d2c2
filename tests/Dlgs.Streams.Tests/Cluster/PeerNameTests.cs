using System.Net;
using System.Net.Sockets;

namespace Dlgs.Streams.Tests.Cluster;

/// <summary>Who is where a name leads.</summary>
public sealed class PeerNameTests : MembershipScene
{
    [Fact]
    public async Task Without_TLS_a_name_that_leads_beyond_this_machine_leads_nowhere()
    {
        resolved.AddRange(IPAddress.Loopback, IPAddress.Parse("10.0.0.1"));
        await StartAsync(seeds: "dns:dlgs-peers:7001");
        await PassAsync(() => log.All.Any(line => line.Message.Contains("over TLS only: peer has to be https", StringComparison.Ordinal)));
        Assert.Empty(peers.Met);
    }

    [Fact]
    public async Task Name_that_gives_no_address_is_told_of_once_for_each_reason()
    {
        resolved.AddRange(IPAddress.Loopback, IPAddress.Parse("10.0.0.1"));
        await StartAsync(seeds: "dns:dlgs-peers:7001");
        await PassAsync(() => asked > 3);
        Assert.Single(Told());
        resolve = () => Task.FromException<IPAddress[]>(new SocketException((int)SocketError.HostNotFound));
        await PassAsync(() => Told().Length == 2);
        var before = asked;
        await PassAsync(() => asked > before + 3);
        Assert.Equal(2, Told().Length);

        string[] Told() => [.. log.All.Select(line => line.Message).Where(line => line.Contains("gives no address", StringComparison.Ordinal))];
    }

    [Fact]
    public async Task Members_are_met_as_often_while_the_resolver_hangs_and_it_is_asked_no_second_question()
    {
        resolved.Add(IPAddress.Loopback);
        peers.Says(A, () => Hello("a", A));
        await StartAsync(seeds: "dns:dlgs-peers:7001");
        await UntilUpAsync("a");
        var hung = new TaskCompletionSource<IPAddress[]>();
        resolve = () => hung.Task;
        var before = asked;
        await PassAsync(() => asked > before);
        for (var i = 0; i < 10; i++)
        {
            var met = peers.Met.Count;
            time.Advance(Period);
            await ClusterHosts.UntilAsync(() => peers.Met.Count > met, "the next hello");
        }
        Assert.Equal((before + 1, "a"), (asked, Assert.Single(Up)));

        // Its answer counts when it comes, and it is asked again.
        peers.Says("http://127.0.0.2:7001", () => Hello("b", "http://127.0.0.2:7001"));
        hung.SetResult([IPAddress.Parse("127.0.0.2")]);
        await UntilUpAsync("a", "b");
        await PassAsync(() => asked > before + 1);
    }

    [Fact]
    public async Task Name_is_resolved_again_and_again()
    {
        resolved.Add(IPAddress.Parse("10.0.0.1"));
        peers.Says("https://10.0.0.1:7001", () => Hello("a", "https://10.0.0.1:7001"));
        peers.Says("https://[fd00::2]:7001", () => Hello("b", "https://[fd00::2]:7001"));
        await StartAsync(seeds: "dns:dlgs-peers:7001", at: "https://0.0.0.0:7000");
        await UntilUpAsync("a");
        resolved.Add(IPAddress.Parse("fd00::2"));
        await UntilUpAsync("a", "b");
    }
}
