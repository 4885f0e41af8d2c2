using System.Text.RegularExpressions;
using Dlgs.Streams.Tests.Grpc;
using Microsoft.Extensions.Logging;

namespace Dlgs.Streams.Tests.Http.JsonRpc;

/// <summary>Kamailio's JSON-RPC, byte for byte.</summary>
public sealed partial class RpcTests
{
    [Theory]
    [InlineData("kamailio-without-calls.txt", false)]
    [InlineData("kamailio.txt", true)]
    public async Task Answer_is_that_of_Kamailio(string script, bool withCalls)
    {
        await using var host = withCalls ? await StartAsync() : await QueryHost.StartAsync();
        using var http = new HttpCaller(host);
        foreach (var (sent, answer) in RpcScript.Read(script))
        {
            var came = await http.PostAsync("/RPC", sent);
            var text = Reason.Replace($"{came.Status} {came.Text}", "");
            Assert.Equal($"{sent}\n{OwnToEach.Replace(answer, "$1:-")}", $"{sent}\n{OwnToEach.Replace(text, "$1:-")}");
        }
    }

    [Fact]
    public async Task Answer_beyond_Kamailios_is_as_written()
    {
        await using var host = await StartAsync();
        using var http = new HttpCaller(host);
        foreach (var (sent, answer) in RpcScript.Read("answers.txt"))
        {
            var came = await http.PostAsync("/RPC", sent);
            Assert.Equal($"{sent}\n{answer}", $"{sent}\n{came.Status} {came.Text}");
        }
        Assert.DoesNotContain(host.Log.All, record => record.Level >= LogLevel.Warning && !record.Category.Contains("HealthChecks", StringComparison.Ordinal));
    }

    private static async Task<QueryHost> StartAsync()
    {
        var host = await QueryHost.StartAsync();
        Call("b2", "alice", "bob", "180", "200", "ACK");
        Call("d2", "alice", "carol", "180");
        Call("f2", "dave", "bob", "200");
        Call("h2", "grace", "bob", "100");
        Call("j2", "erin", "bob", "486");
        Call("l2", "frank", "carol", "200", "ACK", "BYE");
        return host;

        void Call(string callId, string caller, string callee, params string[] steps) =>
            host.Call(callId, $"{caller}@a.example", $"{callee}@b.example", "trunk=7", steps: steps);
    }

    /// <summary>When it was, which record it is, and which branch it is about.</summary>
    [GeneratedRegex("""("ruid"|"branch"|"ts_init"|"ts_answer"):(?:"[^"]*"|[1-9]\d*)""")]
    private static partial Regex OwnToEach { get; }

    /// <summary>Kamailio gives none.</summary>
    [GeneratedRegex(""","data":"[^"]*"(?=\})""")]
    private static partial Regex Reason { get; }
}
