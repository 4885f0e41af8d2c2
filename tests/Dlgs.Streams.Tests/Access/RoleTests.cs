using System.Text;
using Dlgs.Streams.Access;
using Dlgs.Streams.Contracts.V1;
using Dlgs.Streams.Hosting;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Reflection.V1;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Dlgs.Streams.Tests.Access;

/// <summary>Which role lets a caller do what: every call and every path.</summary>
public sealed class RoleTests
{
    private const string Roles = "sub:count=count; sub:read=read; sub:tag=tag; sub:close=close; sub:metrics=metrics";

    private static readonly string[] Callers = ["count", "read", "tag", "close", "metrics", "none"];

    /// <summary>A column a role, and the last one's has none: + is let in.</summary>
    private const string Matrix = """
                                 count read tag close metrics none
        grpc Count                 +    +    .    .      .     .
        grpc Stats                 +    +    .    .      .     .
        grpc Group                 +    +    .    .      .     .
        grpc Get                   .    +    .    .      .     .
        grpc List                  .    +    .    .      .     .
        grpc StreamList            .    +    .    .      .     .
        grpc Watch                 .    +    .    .      .     .
        grpc AddTag                .    .    +    .      .     .
        grpc RemoveTag             .    .    +    .      .     .
        grpc CloseDialogs          .    .    .    +      .     .
        grpc DescribeCluster       .    +    .    .      +     .
        grpc Leave                 .    .    .    +      .     .
        grpc Check                 +    +    +    +      +     +
        grpc ServerReflectionInfo  +    +    +    +      +     +
        GET /v1/count              +    +    .    .      .     .
        POST /v1/count             +    +    .    .      .     .
        GET /v1/stats              +    +    .    .      .     .
        GET /v1/groups?by=src      +    +    .    .      .     .
        GET /v1/dialogs            .    +    .    .      .     .
        GET /v1/dialogs/c1         .    +    .    .      .     .
        GET /v1/watch              .    +    .    .      .     .
        GET /v1/cluster            .    +    .    .      +     .
        POST /v1/tags              .    .    +    .      .     .
        POST /v1/tags/remove       .    .    +    .      .     .
        DELETE /v1/tags            .    .    +    .      .     .
        POST /v1/close             .    .    .    +      .     .
        RPC dlgs.count             +    +    .    .      .     .
        RPC dlgs.stats             +    +    .    .      .     .
        RPC dlgs.list              .    +    .    .      .     .
        RPC dlgs.briefing          .    +    .    .      .     .
        RPC dlgs.get               .    +    .    .      .     .
        RPC dlgs.getall            .    +    .    .      .     .
        GET /metrics               .    .    .    .      +     .
        GET /openapi.json          +    +    +    +      +     +
        GET /healthz               +    +    +    +      +     +
        GET /readyz                +    +    +    +      +     +
        GET /nothing               +    +    +    +      +     +
        PUT /v1/count              +    +    +    +      +     +
        """;

    [Fact]
    public async Task Each_role_lets_in_to_what_it_is_for_and_to_nothing_else()
    {
        await using var guarded = await GuardedHost.StartAsync(Roles);
        guarded.Host.Call("c1");
        var found = new StringBuilder(Matrix.Split('\n')[0]);
        foreach (var line in Matrix.Split('\n')[1..])
        {
            var what = line[..25].Trim();
            var cells = new List<string>();
            foreach (var caller in Callers)
                cells.Add(await IsLetInAsync(guarded, what, guarded.Tokens.Issue(caller)) ? "+" : ".");
            found.Append('\n').Append($"{what,-25}  {cells[0]}    {cells[1]}    {cells[2]}    {cells[3]}      {cells[4]}     {cells[5]}");
        }
        Assert.Equal(Matrix, found.ToString());
    }

    /// <summary>And so the matrix has a line for each.</summary>
    [Fact]
    public async Task Every_endpoint_says_what_it_needs()
    {
        await using var guarded = await GuardedHost.StartAsync(Roles, ("probes", "http://127.0.0.1:0"));
        var endpoints = guarded.Host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<ListenerPolicy.Listening>() is not { Listeners: [Listener.Peer] }).ToArray();
        Assert.Empty(endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<Need>() is null).Select(endpoint => endpoint.DisplayName));
        var lines = Matrix.Replace("?by=src", "", StringComparison.Ordinal).Replace("/c1", "/{**callId}", StringComparison.Ordinal);
        var missing = endpoints.Select(endpoint => endpoint.RoutePattern.RawText!)
            .Where(path => !path.Contains("unimplemented", StringComparison.Ordinal))
            .Select(path => path.Split('/') is [_, var service, var method] && service.Contains('.', StringComparison.Ordinal) ? method : path)
            .Where(path => !lines.Contains($" {path} ", StringComparison.Ordinal)).Distinct();
        // One more of health, and a path that has its methods in its body.
        Assert.Equal(["Watch", "/RPC"], missing.Prepend("Watch").Distinct().Order(StringComparer.Ordinal).Reverse());
    }

    [Fact]
    public async Task Refusal_names_the_role_and_the_name_that_has_it_not()
    {
        await using var guarded = await GuardedHost.StartAsync(Roles);
        using var answer = await guarded.Http(token: guarded.Tokens.Issue("count")).GetAsync("/v1/dialogs", TestContext.Current.CancellationToken);
        Assert.Contains("sub:count has not the role read; the setting roles gives it.",
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        var client = new DialogQuery.DialogQueryClient(guarded.Grpc(token: guarded.Tokens.Issue("count")));
        var refused = await Assert.ThrowsAsync<RpcException>(() =>
            client.CloseDialogsAsync(new CloseRequest(), cancellationToken: TestContext.Current.CancellationToken).ResponseAsync);
        Assert.Equal("sub:count has not the role close; the setting roles gives it.", refused.Status.Detail);
    }

    [Fact]
    public async Task Roles_of_all_names_of_a_certificate_add_up()
    {
        await using var guarded = await GuardedHost.StartAsync("cn:ops=count; dns:ops.example=tag; *=metrics");
        using var certificate = guarded.Certificates.Client("CN=ops", names => names.AddDnsName("ops.example"));
        foreach (var (path, status) in new[] { ("/v1/count", 200), ("/metrics", 200), ("/v1/tags?callId=x&tag=y", 404), ("/v1/dialogs", 403) })
        {
            using var request = new HttpRequestMessage(path.StartsWith("/v1/tags", StringComparison.Ordinal) ? HttpMethod.Delete : HttpMethod.Get, path);
            using var answer = await guarded.Http(certificate).SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal((path, status), (path, (int)answer.StatusCode));
        }
    }

    [Fact]
    public async Task Batch_of_JSON_RPC_is_looked_at_call_by_call()
    {
        await using var guarded = await GuardedHost.StartAsync(Roles);
        guarded.Host.Call("c1", src: "alice@a.example");
        const string body = """
            [{"jsonrpc":"2.0","id":1,"method":"dlgs.count","params":["any","eq","*"]},{"jsonrpc":"2.0","id":2,"method":"dlgs.list"}]
            """;
        using var answer = await PostAsync(guarded.Http(token: guarded.Tokens.Issue("count")), "/RPC", body);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Matches("\"result\": ?1\\b", text);
        Assert.Contains("403", text, StringComparison.Ordinal);
        Assert.DoesNotContain("alice", text, StringComparison.Ordinal);
    }

    private static async Task<bool> IsLetInAsync(GuardedHost guarded, string what, string token)
    {
        var parts = what.Split(' ');
        if (parts[0] == "grpc") return await IsLetInByGrpcAsync(guarded, parts[1], token);
        var client = guarded.Http(token: token);
        using var answer = parts[0] switch
        {
            "RPC" => await PostAsync(client, "/RPC", $$"""{"jsonrpc":"2.0","id":1,"method":"{{parts[1]}}","params":["src","eq","a"]}"""),
            "POST" => await PostAsync(client, parts[1], "{}"),
            var method => await client.SendAsync(new HttpRequestMessage(new HttpMethod(method), parts[1]), HttpCompletionOption.ResponseHeadersRead,
                TestContext.Current.CancellationToken),
        };
        Assert.NotEqual(401, (int)answer.StatusCode);
        return (int)answer.StatusCode != 403;
    }

    private static async Task<bool> IsLetInByGrpcAsync(GuardedHost guarded, string method, string token)
    {
        var service = method switch
        {
            "Leave" => InstanceControl.Descriptor.FullName,
            "Check" => Health.Descriptor.FullName,
            "ServerReflectionInfo" => ServerReflection.Descriptor.FullName,
            _ => DialogQuery.Descriptor.FullName,
        };
        var asIs = Marshallers.Create(bytes => bytes, bytes => bytes);
        var rpc = new Method<byte[], byte[]>(MethodType.ServerStreaming, service, method, asIs, asIs);
        var options = new CallOptions(cancellationToken: TestContext.Current.CancellationToken);
        using var call = guarded.Grpc(token: token).AsyncServerStreamingCall(rpc, null, options, []);
        try
        {
            await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken);
            return true;
        }
        catch (RpcException e)
        {
            Assert.NotEqual(StatusCode.Unauthenticated, e.StatusCode);
            return e.StatusCode != StatusCode.PermissionDenied;
        }
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, string path, string body) =>
        client.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);
}
