using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Dlgs.Streams.Access;
using Dlgs.Streams.Contracts.V1;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Dlgs.Streams.Tests.Access;

/// <summary>Files that change while the service runs.</summary>
public sealed class ReloadTests
{
    private const string Roles = "*=count";

    [Fact]
    public async Task New_handshakes_have_the_new_certificate()
    {
        await using var guarded = await GuardedHost.StartAsync(Roles);
        using var renewed = guarded.Certificates.Issue("CN=renewed", Certificates.ServerUse, names => names.AddIpAddress(IPAddress.Loopback));
        guarded.Certificates.Write("server", renewed);
        Assert.Equal("CN=dlgs", await ShownAsync(guarded));
        LookAgain(guarded);
        Assert.Equal("CN=renewed", await ShownAsync(guarded));
    }

    [Fact]
    public async Task File_that_is_none_leaves_the_old_one_in_use_and_is_told_of_once()
    {
        await using var guarded = await GuardedHost.StartAsync(Roles);
        File.WriteAllText(guarded.Certificates.ServerKey, "not a key");
        File.WriteAllText(guarded.Certificates.AuthorityFile, "no certificate");
        for (var i = 0; i < 5; i++) LookAgain(guarded);
        using var certificate = guarded.Certificates.Client();
        Assert.Equal(HttpStatusCode.OK, await CountAsync(guarded.Http(certificate)));
        var told = guarded.Host.Log.All.Select(line => line.Message).Where(line => line.Contains("what was read before goes on", StringComparison.Ordinal));
        Assert.Equal(["grpc_certificate, grpc_key", "grpc_client_ca", "http_certificate, http_key", "http_client_ca"],
            told.Select(line => line.Split(": ")[0]).Order(StringComparer.Ordinal));
    }

    /// <summary>Also on connections that are open.</summary>
    [Fact]
    public async Task Callers_of_an_authority_that_was_taken_out_are_out()
    {
        await using var guarded = await GuardedHost.StartAsync(Roles);
        using var other = new Certificates();
        using var certificate = guarded.Certificates.Client();
        using var welcome = other.Client();
        var client = guarded.Http(certificate);
        Assert.Equal(HttpStatusCode.OK, await CountAsync(client));
        File.AppendAllText(guarded.Certificates.AuthorityFile, File.ReadAllText(other.AuthorityFile));
        LookAgain(guarded);
        Assert.Equal(HttpStatusCode.OK, await CountAsync(client));
        Assert.Equal(HttpStatusCode.OK, await CountAsync(guarded.Http(welcome)));
        File.Copy(other.AuthorityFile, guarded.Certificates.AuthorityFile, overwrite: true);
        LookAgain(guarded);
        await Assert.ThrowsAsync<HttpRequestException>(() => CountAsync(client));
        await Assert.ThrowsAsync<HttpRequestException>(() => CountAsync(guarded.Http(certificate)));
        Assert.Equal(HttpStatusCode.OK, await CountAsync(guarded.Http(welcome)));
    }

    /// <summary>There is no other way to take a credential back.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Watch_of_who_is_out_now_is_cut_off(bool byCertificate)
    {
        await using var guarded = await GuardedHost.StartAsync("*=read");
        using var other = new Certificates();
        using var otherTokens = new Tokens();
        using var certificate = guarded.Certificates.Client();
        var client = new DialogQuery.DialogQueryClient(byCertificate ? guarded.Grpc(certificate) : guarded.Grpc(token: guarded.Tokens.Issue("ops")));
        using var watch = client.Watch(new WatchRequest(), cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(await watch.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        File.Copy(other.AuthorityFile, guarded.Certificates.AuthorityFile, overwrite: true);
        guarded.Certificates.Write("keys.pem", otherTokens.PublicPem);
        LookAgain(guarded);
        await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await watch.ResponseStream.MoveNext(TestContext.Current.CancellationToken)) { }
        });
        Assert.Contains(guarded.Host.Log.All, line => line.Message.Contains("what it began was cut off", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Chain_over_an_authority_between_is_looked_at_again_too()
    {
        await using var guarded = await GuardedHost.StartAsync(Roles);
        using var other = new Certificates();
        var (certificate, between) = guarded.Certificates.ClientByAnother("CN=policy");
        var client = guarded.Http(certificate, between: between);
        Assert.Equal(HttpStatusCode.OK, await CountAsync(client));
        File.AppendAllText(guarded.Certificates.AuthorityFile, File.ReadAllText(other.AuthorityFile));
        LookAgain(guarded);
        Assert.Equal(HttpStatusCode.OK, await CountAsync(client));
    }

    [Fact]
    public async Task Keys_of_tokens_change_too()
    {
        await using var guarded = await GuardedHost.StartAsync(Roles);
        using var next = new Tokens();
        Assert.Equal(HttpStatusCode.Unauthorized, await CountAsync(guarded.Http(token: next.Issue("ops"))));
        guarded.Certificates.Write("keys.pem", next.PublicPem);
        LookAgain(guarded);
        Assert.Equal(HttpStatusCode.OK, await CountAsync(guarded.Http(token: next.Issue("ops"))));
        Assert.Equal(HttpStatusCode.Unauthorized, await CountAsync(guarded.Http(token: guarded.Tokens.Issue("ops"))));
    }

    private static void LookAgain(GuardedHost guarded) => guarded.Host.Services.GetRequiredService<TlsFiles>().LookAgain();

    private static async Task<HttpStatusCode> CountAsync(HttpClient client)
    {
        using var answer = await client.GetAsync("/v1/count", TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    private static async Task<string> ShownAsync(GuardedHost guarded)
    {
        using var socket = new System.Net.Sockets.TcpClient();
        await socket.ConnectAsync(guarded.Host.Http.Host, guarded.Host.Http.Port, TestContext.Current.CancellationToken);
        await using var tls = new SslStream(socket.GetStream());
        var options = guarded.Handler(certificate: null).SslOptions;
        options.TargetHost = "127.0.0.1";
        await tls.AuthenticateAsClientAsync(options, TestContext.Current.CancellationToken);
        return ((X509Certificate2)tls.RemoteCertificate!).Subject;
    }
}
