using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Dlgs.Streams.Access;
using Dlgs.Streams.Cluster;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Tests.Client;
using Dlgs.Streams.Tests.Grpc;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Dlgs.Streams.Tests.Cluster;

/// <summary>Instances that are not on one machine prove to each other what they are; who does not is told nothing, and is told of.</summary>
public sealed class PeerTlsTests : IDisposable
{
    private static readonly TimeSpan Patient = TimeSpan.FromSeconds(30);

    private readonly CertificateAuthority authority = new();
    private readonly CertificateAuthority others = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>What is no peer's certificate, and what is said of it.</summary>
    public static readonly TheoryData<string, string> NoPeers = new()
    {
        { "without the name", "has no SAN dlgs-peer" },
        { "with the name as its subject alone", "has no SAN dlgs-peer" },
        { "with any name", "has no SAN dlgs-peer" },
        { "of another authority", "is not in peer_ca" },
        { "expired", "is valid at another time" },
        { "for the other end", "is not for this end of a connection" },
    };

    private IssuedCertificate Issue(string which, string otherEnd) => which switch
    {
        "without the name" => authority.Issue("peer", ["127.0.0.1", "peer.example"]),
        "with the name as its subject alone" => authority.Issue(PeerTls.Name, []),
        "with any name" => authority.Issue("peer", ["*"]),
        "of another authority" => others.Issue("peer", [PeerTls.Name]),
        "expired" => authority.Issue("peer", [PeerTls.Name], days: -1),
        "for the other end" => authority.Issue("peer", [PeerTls.Name], otherEnd),
        _ => throw new ArgumentOutOfRangeException(nameof(which)),
    };

    [Fact]
    public async Task Answers_over_TLS_are_those_of_the_cluster()
    {
        using var between = new CertificateAuthority(authority);
        await using var cluster = await ClusterHosts.StartAsync(2, 6, Given(authority.Issue("a", [PeerTls.Name])));
        var third = await cluster.JoinAsync("third", Given(between.Issue("b", ["b.example", PeerTls.Name])));
        for (var partition = 0; partition < 6; partition++) third.Registry.Remove(third.Registry.Find(partition)!);
        await cluster.KnowEachOtherAsync();
        Assert.All(cluster.Hosts, host => Assert.All(ClusterHosts.Members(host).Up, member => Assert.Equal("https", member.Address.Scheme)));
        foreach (var host in cluster.Hosts) Assert.True((await host.CountAsync(new CountRequest())).Coverage.Complete);
    }

    [Theory]
    [MemberData(nameof(NoPeers))]
    public async Task Who_comes_with_a_certificate_that_is_no_peers_is_not_let_in(string which, string said)
    {
        await using var host = await StartAsync();
        await FailsAsync(host, Issue(which, CertificateAuthority.ForServers));
        await ClusterHosts.UntilAsync(() => Logged(host).Any(line => line.Contains(said, StringComparison.Ordinal)), said);
        Assert.Empty(ClusterHosts.Members(host).Known);
    }

    [Fact]
    public async Task Who_comes_without_a_certificate_or_in_plain_text_is_not_let_in()
    {
        await using var host = await StartAsync();
        await FailsAsync(host, shown: null);
        await ClusterHosts.UntilAsync(() => Logged(host).Any(line => line.Contains("it shows no certificate", StringComparison.Ordinal)), "a line");
        using var channel = GrpcChannel.ForAddress($"http://{host.PeerAddress.Authority}");
        await Assert.ThrowsAsync<RpcException>(() => MeetAsync(channel));
    }

    [Theory]
    [MemberData(nameof(NoPeers))]
    public async Task Who_answers_with_a_certificate_that_is_no_peers_is_told_nothing(string which, string said)
    {
        await using var host = await StartAsync();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var told = ListenAsync(listener, Issue(which, CertificateAuthority.ForClients));
        using var peer = host.Services.GetRequiredService<ConnectPeer>()(new Uri($"https://{listener.LocalEndpoint}"));
        var failure = await Assert.ThrowsAsync<PeerFailedException>(() => peer.MeetAsync(new PeerHello(), Patient, Cancellation));
        Assert.Equal(PeerFailure.Untrusted, failure.Failure);
        Assert.Contains(said, failure.Message, StringComparison.Ordinal);
        Assert.Equal(0, await told);
    }

    [Fact]
    public async Task Plain_and_TLS_do_not_meet_and_each_says_what_it_found()
    {
        await using var tls = await StartAsync();
        await using var plain = await QueryHost.StartAsync(settings: [("peer", "http://127.0.0.1:0")]);
        using var toPlain = tls.Services.GetRequiredService<ConnectPeer>()(new Uri($"https://{plain.PeerAddress.Authority}"));
        var failure = await Assert.ThrowsAsync<PeerFailedException>(() => toPlain.MeetAsync(new PeerHello(), Patient, Cancellation));
        Assert.Equal(PeerFailure.Silence, failure.Failure);
        Assert.Contains("no handshake of TLS came of it, is peer https there?", failure.Message, StringComparison.Ordinal);
        using var toTls = plain.Services.GetRequiredService<ConnectPeer>()(new Uri($"http://{tls.PeerAddress.Authority}"));
        failure = await Assert.ThrowsAsync<PeerFailedException>(() => toTls.MeetAsync(new PeerHello(), Patient, Cancellation));
        Assert.Equal(PeerFailure.Silence, failure.Failure);
    }

    [Fact]
    public async Task Certificates_and_their_authority_are_replaced_while_the_cluster_answers()
    {
        var own = authority.Issue("peer", [PeerTls.Name]);
        await using var cluster = await ClusterHosts.StartAsync(2, 2, Given(own));
        var untouched = cluster.Hosts.Select(host => ClusterHosts.Members(host).Up[0].WhileUp).ToArray();
        await File.AppendAllTextAsync(authority.PemFile, "\n" + await File.ReadAllTextAsync(others.PemFile, Cancellation), Cancellation);
        others.Issue("peer", [PeerTls.Name]).Replace(own);
        foreach (var host in cluster.Hosts) host.Services.GetRequiredService<TlsFiles>().LookAgain();
        // It trusts the new authority alone, so it sees that the others show what that one has signed.
        await cluster.JoinAsync("new", [.. Given(others.Issue("new", [PeerTls.Name])), ("peer_ca", others.PemFile)]);
        await cluster.KnowEachOtherAsync();
        Assert.All(untouched, whileUp => Assert.False(whileUp.IsCancellationRequested));
    }

    private Task<QueryHost> StartAsync() => QueryHost.StartAsync(settings: Given(authority.Issue("host", [PeerTls.Name])));

    private (string, string)[] Given(IssuedCertificate own) =>
        [("peer", "https://127.0.0.1:0"), ("peer_certificate", own.PemFile), ("peer_key", own.KeyFile), ("peer_ca", authority.PemFile)];

    private static IEnumerable<string> Logged(QueryHost host) =>
        host.Log.All.Select(line => line.Message).Where(line => line.StartsWith("127.0.0.1 was not let in at peer", StringComparison.Ordinal));

    /// <summary>A stranger who trusts everybody.</summary>
    private static async Task FailsAsync(QueryHost host, IssuedCertificate? shown)
    {
        using var http = new SocketsHttpHandler();
        http.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null;
        if (shown is not null) http.SslOptions.ClientCertificateContext = ContextOf(shown);
        using var channel = GrpcChannel.ForAddress(host.PeerAddress, new GrpcChannelOptions { HttpHandler = http });
        await Assert.ThrowsAsync<RpcException>(() => MeetAsync(channel));
    }

    private static Task<PeerHello> MeetAsync(GrpcChannel channel) =>
        new DialogPeer.DialogPeerClient(channel).MeetAsync(new PeerHello { Address = "https://127.0.0.1:9" }, cancellationToken: Cancellation).ResponseAsync;

    /// <summary>How many bytes it is told after the handshake.</summary>
    private static async Task<int> ListenAsync(TcpListener listener, IssuedCertificate own)
    {
        using var client = await listener.AcceptTcpClientAsync(Cancellation);
        using var stream = new SslStream(client.GetStream());
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = ContextOf(own), ClientCertificateRequired = true, ApplicationProtocols = [SslApplicationProtocol.Http2],
            RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
        };
        try
        {
            await stream.AuthenticateAsServerAsync(options, Cancellation);
            return await stream.ReadAsync(new byte[1], Cancellation);
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            return 0;
        }
    }

    private static SslStreamCertificateContext ContextOf(IssuedCertificate issued) =>
        SslStreamCertificateContext.Create(X509Certificate2.CreateFromPemFile(issued.PemFile, issued.KeyFile), null, offline: true);

    public void Dispose()
    {
        authority.Dispose();
        others.Dispose();
    }
}
