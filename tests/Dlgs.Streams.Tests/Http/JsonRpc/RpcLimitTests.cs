using System.Net.Sockets;
using System.Text;
using Dlgs.Streams.Partitions;
using Dlgs.Streams.Tests.Grpc;
using Microsoft.Extensions.Logging;

namespace Dlgs.Streams.Tests.Http.JsonRpc;

/// <summary>What is no call, what is too much, and what cannot be answered whole.</summary>
public sealed class RpcLimitTests
{
    private const string List = """{"jsonrpc":"2.0","method":"dlgs.list","id":1}""";
    private const string Count = """{"jsonrpc":"2.0","method":"dlgs.count","params":["any","eq","*"],"id":1}""";

    [Theory]
    [InlineData("{")]
    [InlineData("")]
    [InlineData("""{"id":1,"id":2}""")]
    [InlineData("""{"id":NaN}""")]
    [InlineData("""{"id":1,}""")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[")]
    public async Task Body_that_is_no_JSON_is_refused_with_the_reason(string body)
    {
        await using var host = await QueryHost.StartAsync();
        using var http = new HttpCaller(host);
        var answer = await http.PostAsync("/RPC", body);
        Assert.Equal((400, -32700), (answer.Status, (int)answer.Json["error"]!["code"]!));
        Assert.NotEmpty((string)answer.Json["error"]!["data"]!);
    }

    [Fact]
    public async Task Body_is_called_JSON_and_in_UTF_8_and_not_large()
    {
        await using var host = await QueryHost.StartAsync();
        using var http = new HttpCaller(host);
        // What a web page can have a browser send without asking us.
        foreach (var simple in new[] { "text/plain", "application/x-www-form-urlencoded", "multipart/form-data" })
            Assert.Equal(415, (await http.PostAsync("/RPC", Count, simple)).Status);
        using var unnamed = new ByteArrayContent(Encoding.UTF8.GetBytes(Count));
        Assert.Equal(415, (await http.SendAsync(HttpMethod.Post, "/RPC", unnamed)).Status);
        foreach (var known in new[] { "application/json", "application/json-rpc", "application/vnd.api+json" })
            Assert.Equal((200, "application/json"), await http.PostAsync("/RPC", Count, known) is var answer ? (answer.Status, answer.MediaType) : default);
        using var latin1 = new StringContent("""{"id": "ü"}""", Encoding.Latin1, "application/json");
        Assert.Equal("JSON in UTF-8.", (string?)(await http.SendAsync(HttpMethod.Post, "/RPC", latin1)).Json["error"]!["data"]);
        Assert.Equal(413, (await http.PostAsync("/RPC", new string(' ', 300_000))).Status);
        Assert.Equal(405, (await http.GetAsync("/RPC")).Status);
    }

    [Fact]
    public async Task Batch_is_bounded()
    {
        await using var host = await QueryHost.StartAsync();
        using var http = new HttpCaller(host);
        Assert.Equal(100, (await http.PostAsync("/RPC", $"[{string.Join(',', Enumerable.Repeat(Count, 100))}]")).Json.AsArray().Count);
        var refused = await http.PostAsync("/RPC", $"[{string.Join(',', Enumerable.Repeat(Count, 101))}]");
        Assert.Equal((400, "1 to 100 calls in a batch."), (refused.Status, (string?)refused.Json["error"]!["data"]));
    }

    /// <summary>A result has no place to say so.</summary>
    [Theory]
    [InlineData("dlgs.list", "[]")]
    [InlineData("dlgs.briefing", "[]")]
    [InlineData("dlgs.get", """["src","eq","x"]""")]
    [InlineData("dlgs.getall", """["src","eq","x"]""")]
    [InlineData("dlgs.count", """["src","eq","x"]""")]
    [InlineData("dlgs.count", """["any","eq","*"]""")]
    [InlineData("dlgs.stats", "[]")]
    public async Task What_would_lack_partitions_is_a_fault(string method, string parameters)
    {
        await using var host = await QueryHost.StartAsync(partitions: 2);
        host.Registry.Find(1)!.MoveTo(PartitionPhase.Restoring);
        using var http = new HttpCaller(host);
        var answer = await http.PostAsync("/RPC", $$"""{"jsonrpc":"2.0","method":"{{method}}","params":{{parameters}},"id":1}""");
        Assert.Equal((500, 500), (answer.Status, (int)answer.Json["error"]!["code"]!));
        Assert.Contains("partition", (string)answer.Json["error"]!["message"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_has_every_dialog_once_however_many_there_are()
    {
        await using var host = await QueryHost.StartAsync(partitions: 3, settings: ("query_page", "7"));
        for (var i = 0; i < 1_000; i++) host.Call($"{i}");
        using var http = new HttpCaller(host);
        foreach (var method in new[] { "list", "briefing" })
        {
            var rows = (await http.PostAsync("/RPC", $"[{List.Replace("list", method, StringComparison.Ordinal)},{Count}]")).Json[0]!["result"]!.AsArray();
            Assert.Equal(Enumerable.Range(1, 1_000), rows.Select(row => (int)row!["count"]!));
            Assert.Equal(1_000, rows.Select(row => (string)row!["callid"]!).Distinct().Count());
        }
    }

    [Fact]
    public async Task List_that_cannot_go_on_breaks_off_and_one_that_nobody_reads_ends()
    {
        await using var host = await QueryHost.StartAsync();
        // More than the sockets' buffers take.
        for (var i = 0; i < 3_000; i++) host.Call($"{i}", src: Long('a'), dst: Long('b'), data: Long('c'));
        using (var gone = await AskAsync(host)) await ReadAsync(gone, 10_000);
        using var asked = await AskAsync(host);
        await ReadAsync(asked, 10_000);
        host.Registry.Find(0)!.MoveTo(PartitionPhase.Restoring);
        var rest = await ReadAsync(asked, int.MaxValue);
        Assert.DoesNotContain("\"id\":1}", rest, StringComparison.Ordinal);
        Assert.DoesNotContain("\r\n0\r\n", rest, StringComparison.Ordinal);
        var logged = host.Log.All.Where(record => record.Level >= LogLevel.Warning && !record.Category.Contains("HealthChecks", StringComparison.Ordinal));
        Assert.Contains("broken off", Assert.Single(logged).Message, StringComparison.Ordinal);
    }

    private static string Long(char letter) => new(letter, 1_000);

    private static async Task<Socket> AskAsync(QueryHost host)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4_096 };
        await socket.ConnectAsync(host.Http.Host, host.Http.Port, TestContext.Current.CancellationToken);
        const string head = "POST /RPC HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close\r\n";
        var request = $"{head}Content-Length: {List.Length}\r\n\r\n{List}";
        await socket.SendAsync(Encoding.ASCII.GetBytes(request), TestContext.Current.CancellationToken);
        return socket;
    }

    /// <summary>The end of it, at most: until so many bytes were read, or the server has closed.</summary>
    private static async Task<string> ReadAsync(Socket socket, int bytes)
    {
        var buffer = new byte[100_000];
        var (all, last) = (0L, "");
        try
        {
            while (all < bytes && await socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken) is > 0 and var read)
                (all, last) = (all + read, last[Math.Max(0, last.Length - 100)..] + Encoding.UTF8.GetString(buffer, 0, read));
        }
        catch (SocketException)
        {
            // Broken off.
        }
        return last;
    }
}
