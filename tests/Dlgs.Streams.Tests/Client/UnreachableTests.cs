using System.Net;
using System.Net.Sockets;
using System.Text;
using Dlgs.Streams.Client;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Kafka;
using Dlgs.Streams.Tests.Grpc;

namespace Dlgs.Streams.Tests.Client;

/// <summary>Where the service does not answer, the client says what is there instead.</summary>
public sealed class UnreachableTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Port_that_nobody_listens_at_answers_nothing()
    {
        var port = new TcpListener(IPAddress.Loopback, 0);
        port.Start();
        var address = $"http://{port.LocalEndpoint}";
        port.Stop();
        Assert.Equal(UnreachableCause.NothingAnswers, await CauseAsync(address));
        Assert.Equal(UnreachableCause.NothingAnswers, await CauseAsync(address.Replace("http", "https", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Host_that_has_no_address_is_not_known() => Assert.Equal(UnreachableCause.UnknownHost, await CauseAsync("http://nowhere.invalid:5090"));

    [Fact]
    public async Task Plain_text_to_a_port_that_speaks_TLS_is_told_and_the_other_way_round()
    {
        using var certificate = new ServerCertificate();
        await using var tls = await QueryHost.StartAsync(certificate: certificate);
        await using var plain = await QueryHost.StartAsync();
        Assert.Equal(UnreachableCause.SpeaksTls, await CauseAsync(tls.Address.Replace("https", "http", StringComparison.Ordinal)));
        Assert.Equal(UnreachableCause.SpeaksPlainText, await CauseAsync(plain.Address.Replace("http", "https", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Certificate_that_nobody_trusts_is_told_and_its_authority_can_be_named()
    {
        using var certificate = new ServerCertificate();
        await using var tls = await QueryHost.StartAsync(certificate: certificate);
        Assert.Equal(UnreachableCause.UntrustedCertificate, await CauseAsync(tls.Address));
        using var other = new ServerCertificate();
        Assert.Equal(UnreachableCause.UntrustedCertificate, await CauseAsync(tls.Address, other.PemFile));
        using var queries = new DialogQueries(new ServiceOptions { Address = tls.Address, CaFile = certificate.PemFile });
        Assert.Equal([0], (await queries.CountAsync(new CountRequest(), cancellation: Cancellation)).Counts);
    }

    [Fact]
    public void Authorities_are_read_when_the_client_is_made()
    {
        using var certificate = new ServerCertificate();
        Refuses("https://127.0.0.1", "/no/such/file.pem");
        Refuses("https://127.0.0.1", typeof(UnreachableTests).Assembly.Location);
        Refuses("http://127.0.0.1", certificate.PemFile);

        void Refuses(string address, string ca) =>
            Assert.Throws<ArgumentException>(() => new DialogQueries(new ServiceOptions { Address = address, CaFile = ca }));
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n")]
    [InlineData("")]
    public async Task Server_of_something_else_is_told(string says)
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var answering = AnswerAsync(server, Encoding.ASCII.GetBytes(says), ended.Token);
        Assert.Equal(UnreachableCause.AnotherService, await CauseAsync($"http://{server.LocalEndpoint}"));
        Assert.Equal(UnreachableCause.AnotherService, await CauseAsync($"https://{server.LocalEndpoint}"));
        await ended.CancelAsync();
        await answering;
    }

    [Fact]
    public async Task Broker_is_told()
    {
        using var broker = new EmbeddedBroker(new Topics("dlgs."));
        Assert.Equal(UnreachableCause.AnotherService, await CauseAsync($"http://{broker.BootstrapServers.Split(',')[0]}"));
        Assert.Equal(UnreachableCause.AnotherService, await CauseAsync($"https://{broker.BootstrapServers.Split(',')[0]}"));
    }

    private static async Task<UnreachableCause> CauseAsync(string address, string? ca = null)
    {
        using var queries = new DialogQueries(new ServiceOptions { Address = address, CaFile = ca, Deadline = TimeSpan.FromSeconds(60) });
        return (await Assert.ThrowsAsync<UnreachableException>(() => queries.CountAsync(new CountRequest(), cancellation: Cancellation))).Why;
    }

    /// <summary>Reads something, says the same to everybody, and hangs up.</summary>
    private static async Task AnswerAsync(TcpListener server, byte[] says, CancellationToken ended)
    {
        try
        {
            while (true)
            {
                using var client = await server.AcceptTcpClientAsync(ended);
                await client.GetStream().ReadAtLeastAsync(new byte[4096], 1, throwOnEndOfStream: false, ended);
                await client.GetStream().WriteAsync(says, ended);
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // The test is over.
        }
    }
}
