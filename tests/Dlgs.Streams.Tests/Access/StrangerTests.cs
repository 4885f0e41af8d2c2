using System.Net;
using System.Security.Authentication;
using System.Text;
using Dlgs.Streams.Access;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Tests.Grpc;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;

namespace Dlgs.Streams.Tests.Access;

/// <summary>What a scanner learns that has no credential: nothing.</summary>
public sealed class StrangerTests
{
    private const string Roles = "*=read";

    /// <summary>Whatever it asks for, be it there or not, by whatever method: one answer, byte by byte.</summary>
    [Fact]
    public async Task All_paths_of_http_have_one_answer()
    {
        await using var guarded = await GuardedHost.StartAsync(Roles);
        var answers = new List<string>();
        string[] paths = ["/", "/v1/count", "/v1/nothing", "/openapi.json", "/metrics", "/healthz", "/RPC", "/v1/dialogs/c1", "/v1/count?x=%ZZ"];
        foreach (var path in paths)
            foreach (var method in new[] { "GET", "POST", "DELETE", "OPTIONS", "TRACE" })
            {
                using var request = new HttpRequestMessage(new HttpMethod(method), path);
                using var answer = await guarded.Http().SendAsync(request, TestContext.Current.CancellationToken);
                answers.Add(await TextAsync(answer));
            }
        var only = Assert.Single(answers.Distinct());
        Assert.StartsWith("401", only, StringComparison.Ordinal);
        Assert.Contains("WWW-Authenticate: Bearer", only, StringComparison.Ordinal);
        foreach (var tell in new[] { "Server:", "dlgs", "Kestrel", "openapi", "version" })
            Assert.DoesNotContain(tell, only, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Token_that_is_not_good_is_told_that_and_no_more()
    {
        await using var guarded = await GuardedHost.StartAsync(Roles);
        var client = guarded.Http(token: guarded.Tokens.Issue("ops", audience: "billing"));
        using var answer = await client.GetAsync("/v1/count", TestContext.Current.CancellationToken);
        Assert.Equal("Bearer error=\"invalid_token\"", answer.Headers.WwwAuthenticate.ToString());
        Assert.DoesNotContain("audience", await TextAsync(answer), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task All_calls_of_grpc_have_one_answer()
    {
        await using var guarded = await GuardedHost.StartAsync(Roles);
        var answers = new List<string>();
        foreach (var path in new[]
                 {
                     "dlgs.streams.v1.DialogQuery/Count", "dlgs.streams.v1.DialogQuery/Nothing", "no.Service/Call", "grpc.health.v1.Health/Check",
                     "grpc.reflection.v1.ServerReflection/ServerReflectionInfo", "dlgs.streams.v1.InstanceControl/Leave", "",
                 })
        {
            using var client = new HttpClient(guarded.Handler(certificate: null));
            using var request = new HttpRequestMessage(HttpMethod.Post, $"{guarded.Host.Address}/{path}")
            {
                Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = new ByteArrayContent(new byte[5]),
            };
            request.Content.Headers.Add("Content-Type", "application/grpc");
            using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
            answers.Add(await TextAsync(answer));
        }
        var only = Assert.Single(answers.Distinct());
        Assert.Contains("grpc-status: 16", only, StringComparison.Ordinal);
        Assert.DoesNotContain("dlgs", only, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Plain_listener_beside_credentials_is_open_and_told_of()
    {
        await using var host = await QueryHost.StartAsync(settings: [("tls_client_ca", "/etc/dlgs/clients.crt"), ("roles", "cn:policy=count")]);
        await host.CountAsync(new CountRequest());
        foreach (var listener in new[] { "grpc", "http" })
            Assert.Single(host.Log.All, record => record.Message.StartsWith($"{listener} is plain, ", StringComparison.Ordinal));
    }

    /// <summary>By what the listener says to TLS: no client here speaks the older ones.</summary>
    [Fact]
    public async Task Versions_of_TLS_are_1_2_and_1_3()
    {
        await using var guarded = await GuardedHost.StartAsync(Roles);
        var entrances = guarded.Host.Services.GetRequiredService<Entrances>();
        foreach (var entrance in new[] { entrances.OfGrpc, entrances.OfHttp })
            Assert.Equal(SslProtocols.Tls12 | SslProtocols.Tls13, entrance.Tls!.Greet(new DefaultConnectionContext()).EnabledSslProtocols);
    }

    [Fact]
    public async Task Flood_of_strangers_is_counted_and_told_of_once()
    {
        await using var guarded = await GuardedHost.StartAsync(Roles);
        for (var i = 0; i < 20; i++)
        {
            using var nothing = await guarded.Http().GetAsync("/v1/count", TestContext.Current.CancellationToken);
            using var wrong = await guarded.Http(token: "x.y.z").GetAsync("/v1/count", TestContext.Current.CancellationToken);
        }
        string[] lines = [.. guarded.Host.Log.All.Select(line => line.Message).Where(line => line.Contains("was not let in", StringComparison.Ordinal))];
        Assert.Equal(2, lines.Length);
        Assert.All(lines, line => Assert.Contains("127.0.0.1", line, StringComparison.Ordinal));
    }

    /// <summary>Without its date.</summary>
    private static async Task<string> TextAsync(HttpResponseMessage answer)
    {
        var text = new StringBuilder($"{(int)answer.StatusCode}");
        var headers = answer.Headers.Concat(answer.Content.Headers).Concat(answer.TrailingHeaders);
        foreach (var header in headers.OrderBy(header => header.Key, StringComparer.Ordinal))
            if (header.Key != "Date") text.Append($"\n{header.Key}: {string.Join(',', header.Value)}");
        return text.Append('\n').Append(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ToString();
    }
}
