using System.Net;
using Dlgs.Streams.Cluster;
using Dlgs.Streams.Contracts.V1;

namespace Dlgs.Streams.Tests.Cluster;

/// <summary>Who is there, found out by saying hello.</summary>
public sealed class MembershipTests : MembershipScene
{
    [Fact]
    public async Task Those_that_a_seed_knows_are_met_and_told_of_each_other()
    {
        peers.Says(A, () => Hello("a", A, known: B));
        peers.Says(B, () => Hello("b", B));
        await StartAsync(seeds: A);
        await UntilUpAsync("a", "b");
        // The next hello tells A of B, as B may not know it.
        await PassAsync(() => peers.Met.Any(met => met.Address == new Uri(A) && met.Hello.Known.Contains(B + "/")));
    }

    [Fact]
    public async Task Newcomer_that_says_hello_is_a_member_and_one_that_leaves_is_none()
    {
        await StartAsync(seeds: "");
        peers.Says(A, () => Hello("a", A));
        var answer = members.Receive(Hello("a", A), IPAddress.Loopback);
        Assert.Equal(("own", OwnAddress + "/"), (answer.Instance, answer.Address));
        await UntilUpAsync("a");
        peers.IsGone(A);
        members.Receive(new PeerHello(Hello("a", A)) { Leaving = true }, IPAddress.Loopback);
        Assert.Empty(Up);
    }

    [Fact]
    public async Task Instance_behind_a_wildcard_is_where_its_hello_came_from()
    {
        await StartAsync(seeds: "", at: "https://0.0.0.0:7000");
        peers.Says("https://10.0.0.7:7001", () => Hello("a", "https://0.0.0.0:7001"));
        members.Receive(Hello("a", "https://0.0.0.0:7001"), IPAddress.Parse("10.0.0.7"));
        await UntilUpAsync("a");
        Assert.Equal(["https://10.0.0.7:7001/"], members.Up.Select(member => member.Address.ToString()));
    }

    [Fact]
    public async Task Own_addresses_of_another_cluster_and_those_of_one_instance_are_asked_at_most_once()
    {
        peers.Says(OwnAddress, () => new PeerHello(Hello("own", OwnAddress)) { Run = own.Run });
        peers.Says(A, () => Hello("a", A));
        peers.Says("http://127.0.0.2:7001", () => Hello("a", A));
        peers.Says(B, () => new PeerHello(Hello("b", B)) { TopicPrefix = "other." });
        peers.Says("http://127.0.0.1:7003", () => new PeerHello(Hello("c", B)) { InputId = "another" });
        await StartAsync(seeds: $"{OwnAddress},{A},http://127.0.0.2:7001,{B},http://127.0.0.1:7003");
        await UntilUpAsync("a");
        Assert.Single(members.Known);
    }

    [Fact]
    public async Task Silent_one_is_down_at_once_and_up_when_it_is_back_and_one_that_fails_to_answer_rests()
    {
        peers.Says(A, () => Hello("a", A));
        await StartAsync(seeds: A);
        await UntilUpAsync("a");
        var (member, whileUp) = (members.Up[0], members.Up[0].WhileUp);
        peers.IsGone(A);
        await UntilUpAsync();
        Assert.True(whileUp.IsCancellationRequested);
        peers.Says(A, () => Hello("a", A));
        await UntilUpAsync("a");
        member.HasFailed();
        Assert.Empty(Up);
        // It says hello, and rests all the same.
        var met = peers.Met.Count;
        await PassAsync(() => peers.Met.Count > met);
        await UntilUpAsync("a");
    }

    [Fact]
    public async Task One_that_says_hello_and_cannot_be_reached_is_not_asked()
    {
        await StartAsync(seeds: "");
        members.Receive(Hello("a", A), IPAddress.Loopback);
        await PassAsync(() => peers.Met.Count > 2);
        members.Receive(Hello("a", A), IPAddress.Loopback);
        Assert.Empty(Up);
    }

    [Fact]
    public async Task What_is_no_address_is_not_met_and_nor_are_those_that_another_cluster_knows()
    {
        string[] wrong = ["", "nowhere", "ftp://127.0.0.1:21", "https://127.0.0.1:7001", "file:///etc/passwd", "http://a.example:80"];
        peers.Says(A, () => Hello("a", A, known: wrong));
        peers.Says(B, () => new PeerHello(Hello("b", B, known: "http://127.0.0.1:7003")) { TopicPrefix = "other." });
        await StartAsync(seeds: $"{A},{B}");
        foreach (var address in wrong) members.Receive(Hello("c", address), IPAddress.Loopback);
        await UntilUpAsync("a");
        await PassAsync(() => peers.Met.Count > 8);
        Assert.Equal([new Uri(A), new Uri(B)], peers.Met.Select(met => met.Address).Distinct().OrderBy(address => address.Port));
    }

    [Fact]
    public async Task One_that_is_being_stopped_says_so_to_whoever_meets_it_too()
    {
        peers.Says(A, () => new PeerHello(Hello("a", A)) { Leaving = true });
        await StartAsync(seeds: A);
        await PassAsync(() => peers.Met.Count > 2);
        Assert.Empty(Up);
        Assert.False(members.Receive(Hello("a", A), IPAddress.Loopback).Leaving);
        await members.StopAsync(TestContext.Current.CancellationToken);
        Assert.True(members.Receive(Hello("a", A), IPAddress.Loopback).Leaving);
    }

    [Fact]
    public async Task One_that_does_not_prove_to_be_a_peer_is_told_of_once_for_each_reason_until_it_does()
    {
        var why = "its certificate expired";
        peers.Says(A, () => throw new PeerFailedException(PeerFailure.Untrusted, why));
        await StartAsync(seeds: A);
        await PassAsync(() => peers.Met.Count > 5);
        Assert.Single(Told());
        why = "it has no SAN dlgs-peer";
        await PassAsync(() => Told().Length == 2);
        peers.Says(A, () => Hello("a", A));
        await UntilUpAsync("a");
        peers.Says(A, () => throw new PeerFailedException(PeerFailure.Untrusted, why));
        await UntilUpAsync();
        await PassAsync(() => Told().Length == 3);

        string[] Told() => [.. log.All.Select(line => line.Message).Where(line => line.Contains("is no peer", StringComparison.Ordinal))];
    }
}
