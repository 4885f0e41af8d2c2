using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Dlgs.Streams.SystemTests.Security;

/// <summary>Who does not get in hears at once which setting to look at; no secret is ever said.</summary>
[Collection(nameof(SecuredBroker))]
public sealed class WayInTests(SecuredBroker broker)
{
    private const string Password = "canary-of-the-password";
    private const string Wrong = "canary-of-a-wrong-password";

    [Fact]
    public async Task Every_way_of_not_getting_in_is_told_at_start_with_the_setting_to_look_at()
    {
        await broker.RequireAsync();
        await broker.SetPasswordAsync("waits", Password);
        using var other = new Authority();
        using var stale = new TlsPort(broker.ExpiredCertificate);
        (string Servers, string Setting, string Words, (string, string?)[] Settings)[] ways =
        [
            (broker.Servers, "kafka:sasl.username", "invalid credentials", [("sasl.password.file", null), ("sasl.password", Wrong)]),
            (broker.Servers, "kafka:ssl.ca.location", "certificate verify failed", [("ssl.ca.location", other.PemFile)]),
            (broker.NumberedServers, "kafka:ssl.ca.location", "certificate verify failed", []),
            (stale.Servers, "kafka:ssl.ca.location", "certificate verify failed", []),
            (broker.Servers, "kafka:sasl.mechanism", "supported mechanisms: ", [("sasl.mechanism", "PLAIN")]),
            (broker.Servers, "kafka:security.protocol", "Disconnected", [("security.protocol", "PLAINTEXT")]),
            (broker.PlainServers, "kafka:security.protocol", "SSL handshake failed", []),
            (broker.MutualServers, "kafka:ssl.certificate.location", "", [("security.protocol", "SSL")]),
        ];
        var running = ways.Select(way => (Way: way, User: new KafkaUser(broker, "waits", Password, way.Settings))).ToArray();
        DlgsProcess[] services = [.. running.Select((each, i) =>
            DlgsProcess.Serve(each.Way.Servers, $"w{i}.", more: ["--config", each.User.ConfigFile, "--log-level", "debug"]))];
        try
        {
            for (var i = 0; i < ways.Length; i++)
            {
                var (service, way) = (services[i], ways[i]);
                await service.WaitForAsync(() => Said(service, " fail: ").Length > 0, $"a word on {way.Setting}");
                var said = Assert.Single(Said(service, " fail: "));
                Assert.Contains(way.Words, said, StringComparison.Ordinal);
                Assert.Contains(way.Setting, said, StringComparison.Ordinal);
            }
            Assert.All(services, service => Assert.DoesNotContain("canary", service.Output, StringComparison.Ordinal));
        }
        finally
        {
            foreach (var service in services) service.Dispose();
            foreach (var (_, user) in running) user.Dispose();
        }
    }

    [Fact]
    public async Task Password_that_is_changed_under_a_running_service_is_told_and_it_goes_on_when_it_fits_again()
    {
        await broker.RequireAsync();
        await broker.SetPasswordAsync("changes", Password);
        var traffic = new RecordedTraffic(broker.PlainServers);
        await PrepareAsync(traffic, "changes");
        using var user = new KafkaUser(broker, "changes", Password);
        using var service = DlgsProcess.Serve(broker.Servers, traffic.Prefix, more: ["--config", user.ConfigFile, "--log-level", "debug"]);
        await service.WaitForActiveAsync(RecordedTraffic.Partitions);
        await broker.SetPasswordAsync("changes", Wrong);
        await service.WaitForAsync(() => Said(service, "No broker answers").Length > 0, "that it is not let in any more");
        Assert.Contains("look at kafka:sasl.username and kafka:sasl.password", Said(service, "No broker answers")[0], StringComparison.Ordinal);
        await broker.SetPasswordAsync("changes", Password);
        await service.WaitForAsync(() => service.Output.Contains("Brokers answer again", StringComparison.Ordinal), "that it is in again");
        using var replay = traffic.Replay();
        await traffic.CheckAsync(replay, service);
        Assert.DoesNotContain("canary", service.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Certificate_lets_a_service_in_by_its_name_and_a_token_by_its_subject()
    {
        await broker.RequireAsync();
        var (named, subject) = (new RecordedTraffic(broker.PlainServers), new RecordedTraffic(broker.PlainServers));
        await PrepareAsync(named, "CN=dlgs-1");
        await PrepareAsync(subject, "token-user");
        var certificate = broker.CertificateOf("dlgs-1");
        using var byCertificate = new KafkaUser(broker, "", "", ("security.protocol", "SSL"), ("sasl.mechanism", null), ("sasl.username", null),
            ("sasl.password.file", null), ("ssl.certificate.location", certificate), ("ssl.key.location", certificate));
        using var tokens = new TokenServer("token-user");
        using var byToken = new KafkaUser(broker, "", "", ("sasl.mechanism", "OAUTHBEARER"), ("sasl.username", null), ("sasl.password.file", null),
            ("sasl.oauthbearer.method", "oidc"), ("sasl.oauthbearer.client.id", "dlgs"), ("sasl.oauthbearer.client.secret", Password),
            ("sasl.oauthbearer.token.endpoint.url", tokens.Address));
        using var one = DlgsProcess.Serve(broker.MutualServers, named.Prefix, more: ["--config", byCertificate.ConfigFile]);
        using var two = DlgsProcess.Serve(broker.Servers, subject.Prefix, more: ["--config", byToken.ConfigFile, "--log-level", "debug"]);
        foreach (var service in (DlgsProcess[])[one, two])
        {
            await service.WaitForActiveAsync(RecordedTraffic.Partitions);
            await service.StopAsync();
            Assert.DoesNotContain("canary", service.Output, StringComparison.Ordinal);
        }
    }

    private async Task PrepareAsync(RecordedTraffic traffic, string user)
    {
        await broker.CreateTopicsAsync(traffic.Topics, RecordedTraffic.Partitions);
        await broker.AllowAsync(user, LeastRightsTests.OfService(traffic.Topics));
    }

    private static string[] Said(DlgsProcess service, string words) =>
        [.. service.Output.Split('\n').Where(line => line.Contains(words, StringComparison.Ordinal))];

    /// <summary>A port that shows a certificate to whoever comes.</summary>
    private sealed class TlsPort : IDisposable
    {
        private readonly TcpListener listener = new(IPAddress.Loopback, 0);
        private readonly X509Certificate2 certificate;

        public TlsPort(string pemFile)
        {
            certificate = X509Certificate2.CreateFromPemFile(pemFile);
            listener.Start();
            _ = AnswerAsync();
        }

        public string Servers => $"localhost:{((IPEndPoint)listener.LocalEndpoint).Port}";

        public void Dispose()
        {
            listener.Dispose();
            certificate.Dispose();
        }

        private async Task AnswerAsync()
        {
            try
            {
                while (true)
                {
                    using var client = await listener.AcceptTcpClientAsync();
                    using var tls = new SslStream(client.GetStream());
                    // That the other does not like it is the point.
                    await tls.AuthenticateAsServerAsync(certificate).ContinueWith(_ => { }, TaskScheduler.Default);
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // It is over.
            }
        }
    }
}
